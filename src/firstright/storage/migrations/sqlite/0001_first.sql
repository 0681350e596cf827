-- The first schema. The same tables are declared for both databases in storage/schema; a test proves them equal.
-- Instants are UTC text with microseconds, so that they sort as they are; ids are UUIDv7 as text; flags are 0 and 1.

-- One row. Every batch of decisions begins by raising n: that row lock is the only lock there is.
CREATE TABLE turn (
  id INTEGER NOT NULL PRIMARY KEY,
  n INTEGER NOT NULL,
  node TEXT NOT NULL,
  previous_node TEXT NOT NULL,  -- who had the turn before: its memory of the standing is the exact one
  at TEXT NOT NULL,  -- as_of of the last turn: the next one is later
  policy_version INTEGER NOT NULL,
  roster_version INTEGER NOT NULL,
  CONSTRAINT one_row CHECK (id = 1)
) STRICT;
INSERT INTO turn (id, n, node, previous_node, at, policy_version, roster_version)
  VALUES (1, 0, '', '', '1970-01-01T00:00:00.000000Z', 0, 0);

-- One row per submission, as received, with the reply it got. A repeat of (source, event_id) gets the same reply.
-- person_id names whose data `raw` and `reply` hold. No foreign keys here and on the other rows of a decision: all of
-- them are written by one statement list in one transaction, and the checks cost more than they ever found.
CREATE TABLE arrival (
  id TEXT NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  body_hash TEXT NOT NULL,  -- SHA-256 of method, path and body: same key with another one is a mismatch
  received_at TEXT NOT NULL,
  raw BLOB NOT NULL,
  content_type TEXT NOT NULL,
  label TEXT NOT NULL,  -- created, merged into a known lead, pending -> created, quarantined, rejected, duplicate_conflict
  lead_id TEXT,
  person_id TEXT,
  status INTEGER NOT NULL,  -- HTTP status of the reply
  reply BLOB NOT NULL,
  problems TEXT NOT NULL,
  CONSTRAINT arrival_once UNIQUE (source, event_id),
  CONSTRAINT label_known CHECK (label IN ('created', 'merged', 'pending', 'quarantined', 'rejected', 'duplicate_conflict'))
) STRICT;
-- the arrivals of a lead, for its page and for erasure
CREATE INDEX arrival_by_lead ON arrival (lead_id);

-- Where arrivals come from. `field_map` turns their names into ours; `strict` refuses wrong values with 422.
CREATE TABLE source (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  strict INTEGER NOT NULL,
  country TEXT NOT NULL,
  allow_extra INTEGER NOT NULL,
  field_map TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT source_name UNIQUE (name)
) STRICT;

-- Whom deliveries go to. `secret` is encrypted.
CREATE TABLE destination (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  settings TEXT NOT NULL,
  secret BLOB,
  enabled INTEGER NOT NULL,
  failing_since TEXT,
  created_at TEXT NOT NULL,
  CONSTRAINT destination_name UNIQUE (name)
) STRICT;

-- One file under one mapping. Importing it again finds this row and changes nothing.
CREATE TABLE import (
  id TEXT NOT NULL PRIMARY KEY,
  file_hash TEXT NOT NULL,
  map_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  total INTEGER NOT NULL,
  state TEXT NOT NULL,  -- running -> done | stopped | failed; stopped -> running
  counters TEXT NOT NULL,
  as_of TEXT,  -- a pinned instant gives the same owners again
  actor TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  CONSTRAINT import_once UNIQUE (file_hash, map_hash),
  CONSTRAINT state_known CHECK (state IN ('running', 'done', 'stopped', 'failed'))
) STRICT;

-- Exactly one outcome for each physical record of a file, so that a killed import goes on where it was.
CREATE TABLE import_record (
  import_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  lead_id TEXT,
  person_id TEXT,
  problems TEXT NOT NULL,
  PRIMARY KEY (import_id, line),
  CONSTRAINT outcome_known CHECK (outcome IN ('created', 'merged', 'unchanged', 'rejected', 'quarantined'))
) STRICT, WITHOUT ROWID;

-- The lead as it stands: facts, outcome, holder. History is in `assignment` and `decision`.
-- merged_into: the lead that now stands for this one; clearing it undoes the merge.
-- next_at: when something happens next; only an ended lead has none.
CREATE TABLE lead (
  id TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL,
  source TEXT NOT NULL,
  lane TEXT NOT NULL,  -- the ledger its turn counts on
  facts TEXT NOT NULL,  -- JSON object; an instant is {"$at": "...Z"}
  problems TEXT NOT NULL,
  outcome TEXT NOT NULL,  -- semantics 1; quarantined, rejected and closed are ended
  reason TEXT NOT NULL,
  rule TEXT NOT NULL,
  service TEXT NOT NULL,
  holder_kind TEXT NOT NULL,
  holder_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  cycle INTEGER NOT NULL,
  status TEXT NOT NULL,
  touched INTEGER NOT NULL,  -- a human attempt was logged in this cycle
  locked_to TEXT NOT NULL,  -- the rep a person chose
  locked_until TEXT,
  waiting_rule TEXT NOT NULL,
  waiting_until TEXT,
  arrived_at TEXT NOT NULL,
  next_at TEXT,
  expected_at TEXT,
  priority INTEGER NOT NULL,
  merged_into TEXT,
  turn INTEGER NOT NULL,  -- the turn that last changed it
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  holds TEXT NOT NULL,  -- why it began to wait and the limits it has used up; empty when it waits for nothing
  CONSTRAINT holder_kind_known CHECK (holder_kind IN ('rep', 'queue', 'review', 'partner', 'none')),
  CONSTRAINT outcome_known CHECK (outcome IN ('pending', 'owner', 'offered', 'queued', 'waiting', 'review', 'nurture', 'support', 'partner', 'quarantined', 'rejected', 'closed'))
) STRICT;
-- inbox pages and their counts
CREATE INDEX lead_by_outcome ON lead (outcome, id);
-- everything of a person: export, erasure
CREATE INDEX lead_by_person ON lead (person_id);

-- Look-up keys of leads, contacts, accounts and open opportunities. Ids sort by time: newest first is id descending.
CREATE TABLE match_key (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  entity TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (kind, value, entity, id),
  CONSTRAINT entity_known CHECK (entity IN ('lead', 'contact', 'account', 'opportunity'))
) STRICT, WITHOUT ROWID;
-- the keys of a CRM record, to replace them; a lead's follow from its facts and never change
CREATE INDEX match_key_of ON match_key (id) WHERE entity <> 'lead';

-- One evaluation for one (lead, trigger). `record` holds what cannot be computed again.
CREATE TABLE decision (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  trigger_id TEXT NOT NULL,  -- arrival, job or action that asked
  cause TEXT NOT NULL,
  turn INTEGER NOT NULL,
  seq INTEGER NOT NULL,  -- place inside the turn
  as_of TEXT NOT NULL,
  engine INTEGER NOT NULL,
  policy_version INTEGER NOT NULL,
  roster_version INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  rule TEXT NOT NULL,
  holder_kind TEXT NOT NULL,
  holder_id TEXT NOT NULL,
  record BLOB NOT NULL,
  CONSTRAINT decision_in_order UNIQUE (turn, seq),
  CONSTRAINT decision_once UNIQUE (lead_id, trigger_id),
  CONSTRAINT holder_kind_known CHECK (holder_kind IN ('rep', 'queue', 'review', 'partner', 'none')),
  CONSTRAINT outcome_known CHECK (outcome IN ('pending', 'owner', 'offered', 'queued', 'waiting', 'review', 'nurture', 'support', 'partner', 'quarantined', 'rejected', 'closed'))
) STRICT;

-- History of a lead's holder. epoch is 1, 2, 3 without gap; the row without ended_at is the holder now.
CREATE TABLE assignment (
  lead_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  holder_kind TEXT NOT NULL,
  holder_id TEXT NOT NULL,
  cycle INTEGER NOT NULL,  -- which enquiry of the lead
  origin TEXT NOT NULL,  -- who made the change
  cause TEXT NOT NULL,
  decision_id TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  PRIMARY KEY (lead_id, epoch),
  CONSTRAINT holder_kind_known CHECK (holder_kind IN ('rep', 'queue', 'review', 'partner', 'none')),
  CONSTRAINT origin_known CHECK (origin IN ('rule', 'person', 'crm', 'import', 'api'))
) STRICT, WITHOUT ROWID;
-- at most one holder at a time
CREATE UNIQUE INDEX assignment_active ON assignment (lead_id) WHERE ended_at IS NULL;
-- who holds what now: load, off-boarding
CREATE INDEX assignment_of_holder ON assignment (holder_kind, holder_id) WHERE ended_at IS NULL;

-- Further roles beside the owner, each at most once.
CREATE TABLE role (
  lead_id TEXT NOT NULL,
  role TEXT NOT NULL,
  rep_id TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (lead_id, role)
) STRICT, WITHOUT ROWID;

-- A lead offered to a rep, and the answer. `notes` are the handoff notes.
CREATE TABLE offer (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  rep_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,  -- offered -> accepted | declined | expired | withdrawn
  reason TEXT NOT NULL,
  notes TEXT NOT NULL,
  person_id TEXT,
  offered_at TEXT NOT NULL,
  expires_at TEXT,
  answered_at TEXT,
  CONSTRAINT state_known CHECK (state IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn'))
) STRICT;
-- the offers of a lead
CREATE INDEX offer_by_lead ON offer (lead_id);

-- What the lead does. It never stops a clock.
CREATE TABLE engagement (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  arrival_id TEXT,
  kind TEXT NOT NULL,
  at TEXT NOT NULL,
  person_id TEXT
) STRICT;
-- the timeline of a lead
CREATE INDEX engagement_by_lead ON engagement (lead_id);

-- A human attempt by us: when it happened and when it was logged.
CREATE TABLE touch (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  rep_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  result TEXT NOT NULL,
  note TEXT NOT NULL,
  happened_at TEXT NOT NULL,
  logged_at TEXT NOT NULL,
  person_id TEXT
) STRICT;
-- the timeline of a lead
CREATE INDEX touch_by_lead ON touch (lead_id);

-- What a person agreed to, per channel and purpose, with evidence. The newest row counts.
CREATE TABLE consent (
  id TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  purpose TEXT NOT NULL,
  state TEXT NOT NULL,  -- given | withdrawn
  evidence TEXT NOT NULL,
  at TEXT NOT NULL,
  CONSTRAINT state_known CHECK (state IN ('given', 'withdrawn'))
) STRICT;
-- before each touch
CREATE INDEX consent_by_person ON consent (person_id);

-- Whom not to contact: a keyed digest of the address, not the address.
CREATE TABLE suppression (
  kind TEXT NOT NULL,
  digest TEXT NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (kind, digest)
) STRICT, WITHOUT ROWID;

-- Members and weights [[rep, weight], ...] by hash: ledger rows name a set instead of repeating it.
CREATE TABLE eligible_set (
  hash TEXT NOT NULL PRIMARY KEY,
  pool TEXT NOT NULL,
  members TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Where each rotation and each rep's load stands after `turn`. scope is pool:<pool>:<lane> or rep:<id>.
CREATE TABLE standing (
  scope TEXT NOT NULL PRIMARY KEY,
  turn INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- what other nodes changed since our last turn
CREATE INDEX standing_by_turn ON standing (turn);

-- Standing of a pool after ledger row seq: replay folds from here.
CREATE TABLE checkpoint (
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  seq INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (pool, lane, seq)
) STRICT, WITHOUT ROWID;

-- One row per counted lead of a pool and lane, seq gapless from 1. cost is in 10^-9 leads.
CREATE TABLE ledger (
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,  -- turned = counted lead, spread = a leaver's credit shared, returned = credit back, manual
  rep TEXT NOT NULL,
  cost INTEGER NOT NULL,
  eligible TEXT NOT NULL,  -- hash of the eligible set
  decision_id TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (pool, lane, seq),
  CONSTRAINT kind_known CHECK (kind IN ('turned', 'spread', 'returned', 'manual'))
) STRICT, WITHOUT ROWID;

-- What changed, when, by whom, because of which decision. Only added to.
CREATE TABLE audit (
  id TEXT NOT NULL PRIMARY KEY,
  at TEXT NOT NULL,
  turn INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  decision_id TEXT,
  data TEXT NOT NULL
) STRICT;
-- the history of one thing
CREATE INDEX audit_of_subject ON audit (subject_kind, subject_id);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END;

-- A promise with a due instant, its ladder frozen when it started. epoch guards owner clocks; cycle the others.
CREATE TABLE clock (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  clock TEXT NOT NULL,  -- speed-to-lead | owner | review | routing
  cycle INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  basis TEXT NOT NULL,
  calendar TEXT NOT NULL,
  started_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  warnings TEXT NOT NULL,  -- [[percent, instant], ...]
  ladder TEXT NOT NULL,
  state TEXT NOT NULL,  -- running <-> paused; running -> met | missed | cancelled; missed -> excused
  paused_at TEXT,
  met_at TEXT,
  CONSTRAINT state_known CHECK (state IN ('running', 'paused', 'met', 'missed', 'cancelled', 'excused'))
) STRICT;
-- the clocks of a lead, to meet or cancel them
CREATE INDEX clock_by_lead ON clock (lead_id);

-- An alarm: something to do at due_at. Claimed by lane with a lease; guard_epoch makes it void for a later holder.
CREATE TABLE job (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  lane TEXT NOT NULL,
  lead_id TEXT,
  ref_id TEXT NOT NULL,  -- the clock, arrival or review item it is about
  cause TEXT NOT NULL,
  due_at TEXT NOT NULL,
  priority INTEGER NOT NULL,  -- larger is more urgent
  guard_epoch INTEGER,  -- void unless the lead still has this epoch; null: no guard
  state TEXT NOT NULL,  -- ready -> leased -> done | dead; leased -> ready when the lease ends; ready -> cancelled
  lease_token TEXT NOT NULL,
  lease_until TEXT,
  attempts INTEGER NOT NULL,  -- claims since it last failed on its own: deaths of its worker
  last_error TEXT NOT NULL,
  payload TEXT NOT NULL,
  CONSTRAINT kind_known CHECK (kind IN ('decide', 'clock', 'route')),
  CONSTRAINT lane_known CHECK (lane IN ('person', 'intake', 'deadlines', 'bulk')),
  CONSTRAINT state_known CHECK (state IN ('ready', 'leased', 'done', 'cancelled', 'dead'))
) STRICT;
-- leases that ran out
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'leased';
-- what is planned for a lead, to supersede it
CREATE INDEX job_of_lead ON job (lead_id) WHERE state = 'ready';
-- what is due in a lane, per kind, most urgent first
CREATE INDEX job_ready ON job (lane, kind, priority, due_at) WHERE state = 'ready';

-- Something for a rep to do.
CREATE TABLE task (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  rep_id TEXT NOT NULL,
  action TEXT NOT NULL,
  channel TEXT NOT NULL,
  due_at TEXT NOT NULL,
  state TEXT NOT NULL,  -- open -> done | cancelled
  person_id TEXT,
  CONSTRAINT state_known CHECK (state IN ('open', 'done', 'cancelled'))
) STRICT;
-- a lead's tasks
CREATE INDEX task_by_lead ON task (lead_id);
-- a rep's list
CREATE INDEX task_of_rep ON task (rep_id, due_at) WHERE state = 'open';

-- The outbox. In a (lead, destination) chain only the head is ready; order_key is the chain's name.
CREATE TABLE delivery (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT,
  epoch INTEGER,
  destination TEXT NOT NULL,
  channel TEXT NOT NULL,
  template TEXT NOT NULL,
  rep_id TEXT NOT NULL,
  state TEXT NOT NULL,  -- behind -> ready -> leased -> sent | dead; leased -> ready; anything not ended -> cancelled
  due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  lease_token TEXT NOT NULL,
  lease_until TEXT,
  body BLOB NOT NULL,
  person_id TEXT,
  order_key TEXT NOT NULL,
  CONSTRAINT state_known CHECK (state IN ('behind', 'ready', 'leased', 'sent', 'dead', 'cancelled'))
) STRICT;
-- the next of a chain, and what to supersede
CREATE INDEX delivery_chain ON delivery (lead_id, destination, id);
-- leases that ran out
CREATE INDEX delivery_leased ON delivery (lease_until) WHERE state = 'leased';
-- what is due for a destination
CREATE INDEX delivery_ready ON delivery (destination, due_at) WHERE state = 'ready';

-- A lead a person must look at, with the reason from the closed list.
CREATE TABLE review_item (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,  -- open <-> claimed -> resolved; open -> withdrawn
  candidates TEXT NOT NULL,
  due_at TEXT,
  opened_at TEXT NOT NULL,
  claimed_by TEXT NOT NULL,
  claimed_at TEXT,
  resolution TEXT NOT NULL,
  resolved_at TEXT,
  CONSTRAINT state_known CHECK (state IN ('open', 'claimed', 'resolved', 'withdrawn'))
) STRICT;
-- the reviews of a lead
CREATE INDEX review_by_lead ON review_item (lead_id);
-- the review queue by due
CREATE INDEX review_open ON review_item (due_at) WHERE state = 'open';

-- A company as the CRM knows it.
CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  system TEXT NOT NULL,
  external_id TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  type TEXT NOT NULL,
  tier TEXT NOT NULL,
  parent_id TEXT,
  facts TEXT NOT NULL,
  owner_since TEXT,
  updated_at TEXT NOT NULL,
  CONSTRAINT account_external UNIQUE (system, external_id)
) STRICT;

-- A domain may belong to several accounts and an account to several domains.
CREATE TABLE account_domain (
  account_id TEXT NOT NULL,
  domain TEXT NOT NULL,
  PRIMARY KEY (account_id, domain)
) STRICT, WITHOUT ROWID;

-- A person as the CRM knows them.
CREATE TABLE contact (
  id TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL,
  system TEXT NOT NULL,
  external_id TEXT NOT NULL,
  account_id TEXT,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  facts TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CONSTRAINT contact_external UNIQUE (system, external_id)
) STRICT;
-- the people of an account
CREATE INDEX contact_by_account ON contact (account_id);

-- A deal as the CRM knows it. Only open ones have match keys.
CREATE TABLE opportunity (
  id TEXT NOT NULL PRIMARY KEY,
  system TEXT NOT NULL,
  external_id TEXT NOT NULL,
  account_id TEXT,
  contact_id TEXT,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  stage TEXT NOT NULL,
  open INTEGER NOT NULL,
  amount INTEGER,
  updated_at TEXT NOT NULL,
  CONSTRAINT opportunity_external UNIQUE (system, external_id)
) STRICT;
-- the deals of an account, when its domains change
CREATE INDEX opportunity_by_account ON opportunity (account_id);
-- the deals of a contact, when its keys change
CREATE INDEX opportunity_by_contact ON opportunity (contact_id);

-- The roster as published. Rows of rep, pool, membership, calendar and absence are its current version.
CREATE TABLE roster_version (
  version INTEGER NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL,  -- SHA-256 of the text
  text TEXT NOT NULL,
  published_at TEXT NOT NULL,
  published_by TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;

-- Who can take leads. place is pool order.
CREATE TABLE rep (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  active INTEGER NOT NULL,
  calendar TEXT NOT NULL,
  manager TEXT NOT NULL,
  capacity INTEGER,
  languages TEXT NOT NULL,
  skills TEXT NOT NULL,
  left_at TEXT,
  paused_until TEXT,
  place INTEGER NOT NULL
) STRICT;

-- Pools that somebody has joined.
CREATE TABLE pool (
  id TEXT NOT NULL PRIMARY KEY,
  place INTEGER NOT NULL
) STRICT;

-- A rep's place in a pool, half-open [joined_at, left_at).
CREATE TABLE membership (
  pool TEXT NOT NULL,
  rep_id TEXT NOT NULL,
  weight INTEGER NOT NULL,
  joined_at TEXT,
  left_at TEXT,
  PRIMARY KEY (pool, rep_id),
  CONSTRAINT membership_pool FOREIGN KEY (pool) REFERENCES pool (id),
  CONSTRAINT membership_rep FOREIGN KEY (rep_id) REFERENCES rep (id)
) STRICT, WITHOUT ROWID;
-- the pools of a rep
CREATE INDEX membership_of_rep ON membership (rep_id);

-- Working hours in a zone, as JSON of the compiled definition.
CREATE TABLE calendar (
  id TEXT NOT NULL PRIMARY KEY,
  zone TEXT NOT NULL,
  definition TEXT NOT NULL
) STRICT;

-- Half-open [starts_at, ends_at).
CREATE TABLE absence (
  rep_id TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  type TEXT NOT NULL,
  backup TEXT NOT NULL,
  PRIMARY KEY (rep_id, starts_at),
  CONSTRAINT absence_rep FOREIGN KEY (rep_id) REFERENCES rep (id)
) STRICT, WITHOUT ROWID;

-- Who signs in to the console.
CREATE TABLE user_account (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  rep_id TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  state TEXT NOT NULL,  -- invited -> active <-> disabled
  created_at TEXT NOT NULL,
  password_changed_at TEXT,
  CONSTRAINT user_email UNIQUE (email),
  CONSTRAINT role_known CHECK (role IN ('rep', 'lead', 'ops', 'analyst', 'admin', 'auditor')),
  CONSTRAINT state_known CHECK (state IN ('invited', 'active', 'disabled'))
) STRICT;

-- A signed-in browser: the digest of its token, never the token.
CREATE TABLE session (
  digest BLOB NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT,
  CONSTRAINT session_has_user FOREIGN KEY (user_id) REFERENCES user_account (id)
) STRICT;
-- end all sessions of a user
CREATE INDEX session_of_user ON session (user_id);

-- A program's key: the digest of its secret, found by its public prefix.
CREATE TABLE api_key (
  id TEXT NOT NULL PRIMARY KEY,
  prefix TEXT NOT NULL,
  hash BLOB NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  source TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT,
  last_used_at TEXT,
  CONSTRAINT api_key_prefix UNIQUE (prefix)
) STRICT;

-- Policies as published, for ever. A rollback is a new version that names the old one.
CREATE TABLE policy_version (
  version INTEGER NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL,  -- SHA-256 of the text
  text TEXT NOT NULL,
  published_at TEXT NOT NULL,
  published_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  engine INTEGER NOT NULL,
  rolled_back_to INTEGER  -- the version whose text this one repeats
) STRICT;

-- What was edited between two versions.
CREATE TABLE change_log (
  id TEXT NOT NULL PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT NOT NULL,
  before_version INTEGER NOT NULL,
  after_version INTEGER NOT NULL,
  diff TEXT NOT NULL
) STRICT;

-- Tables of values (accounts, postcodes, synonyms), each version by its hash.
CREATE TABLE list_table (
  hash TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  published_at TEXT NOT NULL,
  CONSTRAINT list_table_version UNIQUE (name, hash)
) STRICT;
