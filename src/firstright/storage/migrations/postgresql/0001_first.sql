-- The first schema. The same tables are declared for both databases in storage/schema; a test proves them equal.
-- Sessions speak UTC; ids are UUIDv7; JSON is text, because its bytes are compared and hashed.

-- One row. Every batch of decisions begins by raising n: that row lock is the only lock there is.
CREATE TABLE turn (
  id bigint NOT NULL PRIMARY KEY,
  n bigint NOT NULL,
  node text NOT NULL,
  previous_node text NOT NULL,  -- who had the turn before: its memory of the standing is the exact one
  at timestamptz NOT NULL,  -- as_of of the last turn: the next one is later
  policy_version bigint NOT NULL,
  roster_version bigint NOT NULL,
  CONSTRAINT one_row CHECK (id = 1)
);
INSERT INTO turn (id, n, node, previous_node, at, policy_version, roster_version)
  VALUES (1, 0, '', '', '1970-01-01T00:00:00.000000Z', 0, 0);

-- One row per submission, as received, with the reply it got. A repeat of (source, event_id) gets the same reply.
-- person_id names whose data `raw` and `reply` hold. No foreign keys here and on the other rows of a decision: all of
-- them are written by one statement list in one transaction, and the checks cost more than they ever found.
CREATE TABLE arrival (
  id uuid NOT NULL PRIMARY KEY,
  source text NOT NULL,
  event_id text NOT NULL,
  body_hash text NOT NULL,  -- SHA-256 of method, path and body: same key with another one is a mismatch
  received_at timestamptz NOT NULL,
  raw bytea NOT NULL,
  content_type text NOT NULL,
  label text NOT NULL,  -- created, merged into a known lead, pending -> created, quarantined, rejected, duplicate_conflict
  lead_id uuid,
  person_id uuid,
  status bigint NOT NULL,  -- HTTP status of the reply
  reply bytea NOT NULL,
  problems text NOT NULL,
  CONSTRAINT arrival_once UNIQUE (source, event_id),
  CONSTRAINT label_known CHECK (label IN ('created', 'merged', 'pending', 'quarantined', 'rejected', 'duplicate_conflict'))
);
-- the arrivals of a lead, for its page and for erasure
CREATE INDEX arrival_by_lead ON arrival (lead_id);

-- Where arrivals come from. `field_map` turns their names into ours; `strict` refuses wrong values with 422.
CREATE TABLE source (
  id uuid NOT NULL PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  strict boolean NOT NULL,
  country text NOT NULL,
  allow_extra boolean NOT NULL,
  field_map text NOT NULL,
  enabled boolean NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT source_name UNIQUE (name)
);

-- Whom deliveries go to. `secret` is encrypted.
CREATE TABLE destination (
  id uuid NOT NULL PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  url text NOT NULL,
  settings text NOT NULL,
  secret bytea,
  enabled boolean NOT NULL,
  failing_since timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT destination_name UNIQUE (name)
);

-- One file under one mapping. Importing it again finds this row and changes nothing.
CREATE TABLE import (
  id uuid NOT NULL PRIMARY KEY,
  file_hash text NOT NULL,
  map_hash text NOT NULL,
  name text NOT NULL,
  source text NOT NULL,
  total bigint NOT NULL,
  state text NOT NULL,  -- running -> done | stopped | failed; stopped -> running
  counters text NOT NULL,
  as_of timestamptz,  -- a pinned instant gives the same owners again
  actor text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT import_once UNIQUE (file_hash, map_hash),
  CONSTRAINT state_known CHECK (state IN ('running', 'done', 'stopped', 'failed'))
);

-- Exactly one outcome for each physical record of a file, so that a killed import goes on where it was.
CREATE TABLE import_record (
  import_id uuid NOT NULL,
  line bigint NOT NULL,
  outcome text NOT NULL,
  lead_id uuid,
  person_id uuid,
  problems text NOT NULL,
  PRIMARY KEY (import_id, line),
  CONSTRAINT outcome_known CHECK (outcome IN ('created', 'merged', 'unchanged', 'rejected', 'quarantined'))
);

-- The lead as it stands: facts, outcome, holder. History is in `assignment` and `decision`.
-- merged_into: the lead that now stands for this one; clearing it undoes the merge.
-- next_at: when something happens next; only an ended lead has none.
CREATE TABLE lead (
  id uuid NOT NULL PRIMARY KEY,
  person_id uuid NOT NULL,
  source text NOT NULL,
  lane text NOT NULL,  -- the ledger its turn counts on
  facts text NOT NULL,  -- JSON object; an instant is {"$at": "...Z"}
  problems text NOT NULL,
  outcome text NOT NULL,  -- semantics 1; quarantined, rejected and closed are ended
  reason text NOT NULL,
  rule text NOT NULL,
  service text NOT NULL,
  holder_kind text NOT NULL,
  holder_id text NOT NULL,
  epoch bigint NOT NULL,
  cycle bigint NOT NULL,
  status text NOT NULL,
  touched boolean NOT NULL,  -- a human attempt was logged in this cycle
  locked_to text NOT NULL,  -- the rep a person chose
  locked_until timestamptz,
  waiting_rule text NOT NULL,
  waiting_until timestamptz,
  arrived_at timestamptz NOT NULL,
  next_at timestamptz,
  expected_at timestamptz,
  priority bigint NOT NULL,
  merged_into uuid,
  turn bigint NOT NULL,  -- the turn that last changed it
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  holds text NOT NULL,  -- why it began to wait and the limits it has used up; empty when it waits for nothing
  CONSTRAINT holder_kind_known CHECK (holder_kind IN ('rep', 'queue', 'review', 'partner', 'none')),
  CONSTRAINT outcome_known CHECK (outcome IN ('pending', 'owner', 'offered', 'queued', 'waiting', 'review', 'nurture', 'support', 'partner', 'quarantined', 'rejected', 'closed'))
);
-- inbox pages and their counts
CREATE INDEX lead_by_outcome ON lead (outcome, id);
-- everything of a person: export, erasure
CREATE INDEX lead_by_person ON lead (person_id);

-- Look-up keys of leads, contacts, accounts and open opportunities. Ids sort by time: newest first is id descending.
CREATE TABLE match_key (
  kind text NOT NULL,
  value text NOT NULL,
  entity text NOT NULL,
  id uuid NOT NULL,
  PRIMARY KEY (kind, value, entity, id),
  CONSTRAINT entity_known CHECK (entity IN ('lead', 'contact', 'account', 'opportunity'))
);
-- the keys of a CRM record, to replace them; a lead's follow from its facts and never change
CREATE INDEX match_key_of ON match_key (id) WHERE entity <> 'lead';

-- One evaluation for one (lead, trigger). `record` holds what cannot be computed again.
CREATE TABLE decision (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  trigger_id text NOT NULL,  -- arrival, job or action that asked
  cause text NOT NULL,
  turn bigint NOT NULL,
  seq bigint NOT NULL,  -- place inside the turn
  as_of timestamptz NOT NULL,
  engine bigint NOT NULL,
  policy_version bigint NOT NULL,
  roster_version bigint NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  rule text NOT NULL,
  holder_kind text NOT NULL,
  holder_id text NOT NULL,
  record bytea NOT NULL,
  CONSTRAINT decision_in_order UNIQUE (turn, seq),
  CONSTRAINT decision_once UNIQUE (lead_id, trigger_id),
  CONSTRAINT holder_kind_known CHECK (holder_kind IN ('rep', 'queue', 'review', 'partner', 'none')),
  CONSTRAINT outcome_known CHECK (outcome IN ('pending', 'owner', 'offered', 'queued', 'waiting', 'review', 'nurture', 'support', 'partner', 'quarantined', 'rejected', 'closed'))
);

-- History of a lead's holder. epoch is 1, 2, 3 without gap; the row without ended_at is the holder now.
CREATE TABLE assignment (
  lead_id uuid NOT NULL,
  epoch bigint NOT NULL,
  holder_kind text NOT NULL,
  holder_id text NOT NULL,
  cycle bigint NOT NULL,  -- which enquiry of the lead
  origin text NOT NULL,  -- who made the change
  cause text NOT NULL,
  decision_id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (lead_id, epoch),
  CONSTRAINT holder_kind_known CHECK (holder_kind IN ('rep', 'queue', 'review', 'partner', 'none')),
  CONSTRAINT origin_known CHECK (origin IN ('rule', 'person', 'crm', 'import', 'api'))
);
-- at most one holder at a time
CREATE UNIQUE INDEX assignment_active ON assignment (lead_id) WHERE ended_at IS NULL;
-- who holds what now: load, off-boarding
CREATE INDEX assignment_of_holder ON assignment (holder_kind, holder_id) WHERE ended_at IS NULL;

-- Further roles beside the owner, each at most once.
CREATE TABLE role (
  lead_id uuid NOT NULL,
  role text NOT NULL,
  rep_id text NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (lead_id, role)
);

-- A lead offered to a rep, and the answer. `notes` are the handoff notes.
CREATE TABLE offer (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  epoch bigint NOT NULL,
  rep_id text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,  -- offered -> accepted | declined | expired | withdrawn
  reason text NOT NULL,
  notes text NOT NULL,
  person_id uuid,
  offered_at timestamptz NOT NULL,
  expires_at timestamptz,
  answered_at timestamptz,
  CONSTRAINT state_known CHECK (state IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn'))
);
-- the offers of a lead
CREATE INDEX offer_by_lead ON offer (lead_id);

-- What the lead does. It never stops a clock.
CREATE TABLE engagement (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  arrival_id uuid,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  person_id uuid
);
-- the timeline of a lead
CREATE INDEX engagement_by_lead ON engagement (lead_id);

-- A human attempt by us: when it happened and when it was logged.
CREATE TABLE touch (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  epoch bigint NOT NULL,
  rep_id text NOT NULL,
  channel text NOT NULL,
  result text NOT NULL,
  note text NOT NULL,
  happened_at timestamptz NOT NULL,
  logged_at timestamptz NOT NULL,
  person_id uuid
);
-- the timeline of a lead
CREATE INDEX touch_by_lead ON touch (lead_id);

-- What a person agreed to, per channel and purpose, with evidence. The newest row counts.
CREATE TABLE consent (
  id uuid NOT NULL PRIMARY KEY,
  person_id uuid NOT NULL,
  channel text NOT NULL,
  purpose text NOT NULL,
  state text NOT NULL,  -- given | withdrawn
  evidence text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT state_known CHECK (state IN ('given', 'withdrawn'))
);
-- before each touch
CREATE INDEX consent_by_person ON consent (person_id);

-- Whom not to contact: a keyed digest of the address, not the address.
CREATE TABLE suppression (
  kind text NOT NULL,
  digest text NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (kind, digest)
);

-- Members and weights [[rep, weight], ...] by hash: ledger rows name a set instead of repeating it.
CREATE TABLE eligible_set (
  hash text NOT NULL PRIMARY KEY,
  pool text NOT NULL,
  members text NOT NULL
);

-- Where each rotation and each rep's load stands after `turn`. scope is pool:<pool>:<lane> or rep:<id>.
CREATE TABLE standing (
  scope text NOT NULL PRIMARY KEY,
  turn bigint NOT NULL,
  data text NOT NULL
);
-- what other nodes changed since our last turn
CREATE INDEX standing_by_turn ON standing (turn);

-- Standing of a pool after ledger row seq: replay folds from here.
CREATE TABLE checkpoint (
  pool text NOT NULL,
  lane text NOT NULL,
  seq bigint NOT NULL,
  data text NOT NULL,
  PRIMARY KEY (pool, lane, seq)
);

-- One row per counted lead of a pool and lane, seq gapless from 1. cost is in 10^-9 leads.
CREATE TABLE ledger (
  pool text NOT NULL,
  lane text NOT NULL,
  seq bigint NOT NULL,
  kind text NOT NULL,  -- turned = counted lead, spread = a leaver's credit shared, returned = credit back, manual
  rep text NOT NULL,
  cost bigint NOT NULL,
  eligible text NOT NULL,  -- hash of the eligible set
  decision_id uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (pool, lane, seq),
  CONSTRAINT kind_known CHECK (kind IN ('turned', 'spread', 'returned', 'manual'))
);

-- What changed, when, by whom, because of which decision. Only added to.
CREATE TABLE audit (
  id uuid NOT NULL PRIMARY KEY,
  at timestamptz NOT NULL,
  turn bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  decision_id uuid,
  data text NOT NULL
);
-- the history of one thing
CREATE INDEX audit_of_subject ON audit (subject_kind, subject_id);
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'audit is only added to' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_refuse();

-- A promise with a due instant, its ladder frozen when it started. epoch guards owner clocks; cycle the others.
CREATE TABLE clock (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  clock text NOT NULL,  -- speed-to-lead | owner | review | routing
  cycle bigint NOT NULL,
  epoch bigint NOT NULL,
  basis text NOT NULL,
  calendar text NOT NULL,
  started_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  warnings text NOT NULL,  -- [[percent, instant], ...]
  ladder text NOT NULL,
  state text NOT NULL,  -- running <-> paused; running -> met | missed | cancelled; missed -> excused
  paused_at timestamptz,
  met_at timestamptz,
  CONSTRAINT state_known CHECK (state IN ('running', 'paused', 'met', 'missed', 'cancelled', 'excused'))
);
-- the clocks of a lead, to meet or cancel them
CREATE INDEX clock_by_lead ON clock (lead_id);

-- An alarm: something to do at due_at. Claimed by lane with a lease; guard_epoch makes it void for a later holder.
CREATE TABLE job (
  id uuid NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  lane text NOT NULL,
  lead_id uuid,
  ref_id text NOT NULL,  -- the clock, arrival or review item it is about
  cause text NOT NULL,
  due_at timestamptz NOT NULL,
  priority bigint NOT NULL,  -- larger is more urgent
  guard_epoch bigint,  -- void unless the lead still has this epoch; null: no guard
  state text NOT NULL,  -- ready -> leased -> done | dead; leased -> ready when the lease ends; ready -> cancelled
  lease_token text NOT NULL,
  lease_until timestamptz,
  attempts bigint NOT NULL,  -- claims since it last failed on its own: deaths of its worker
  last_error text NOT NULL,
  payload text NOT NULL,
  CONSTRAINT kind_known CHECK (kind IN ('decide', 'clock', 'route')),
  CONSTRAINT lane_known CHECK (lane IN ('person', 'intake', 'deadlines', 'bulk')),
  CONSTRAINT state_known CHECK (state IN ('ready', 'leased', 'done', 'cancelled', 'dead'))
);
-- leases that ran out
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'leased';
-- what is planned for a lead, to supersede it
CREATE INDEX job_of_lead ON job (lead_id) WHERE state = 'ready';
-- what is due in a lane, per kind, most urgent first
CREATE INDEX job_ready ON job (lane, kind, priority, due_at) WHERE state = 'ready';

-- Something for a rep to do.
CREATE TABLE task (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  epoch bigint NOT NULL,
  rep_id text NOT NULL,
  action text NOT NULL,
  channel text NOT NULL,
  due_at timestamptz NOT NULL,
  state text NOT NULL,  -- open -> done | cancelled
  person_id uuid,
  CONSTRAINT state_known CHECK (state IN ('open', 'done', 'cancelled'))
);
-- a lead's tasks
CREATE INDEX task_by_lead ON task (lead_id);
-- a rep's list
CREATE INDEX task_of_rep ON task (rep_id, due_at) WHERE state = 'open';

-- The outbox. In a (lead, destination) chain only the head is ready; order_key is the chain's name.
CREATE TABLE delivery (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid,
  epoch bigint,
  destination text NOT NULL,
  channel text NOT NULL,
  template text NOT NULL,
  rep_id text NOT NULL,
  state text NOT NULL,  -- behind -> ready -> leased -> sent | dead; leased -> ready; anything not ended -> cancelled
  due_at timestamptz NOT NULL,
  attempts bigint NOT NULL,
  last_error text NOT NULL,
  lease_token text NOT NULL,
  lease_until timestamptz,
  body bytea NOT NULL,
  person_id uuid,
  order_key text NOT NULL,
  CONSTRAINT state_known CHECK (state IN ('behind', 'ready', 'leased', 'sent', 'dead', 'cancelled'))
);
-- the next of a chain, and what to supersede
CREATE INDEX delivery_chain ON delivery (lead_id, destination, id);
-- leases that ran out
CREATE INDEX delivery_leased ON delivery (lease_until) WHERE state = 'leased';
-- what is due for a destination
CREATE INDEX delivery_ready ON delivery (destination, due_at) WHERE state = 'ready';

-- A lead a person must look at, with the reason from the closed list.
CREATE TABLE review_item (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  reason text NOT NULL,
  state text NOT NULL,  -- open <-> claimed -> resolved; open -> withdrawn
  candidates text NOT NULL,
  due_at timestamptz,
  opened_at timestamptz NOT NULL,
  claimed_by text NOT NULL,
  claimed_at timestamptz,
  resolution text NOT NULL,
  resolved_at timestamptz,
  CONSTRAINT state_known CHECK (state IN ('open', 'claimed', 'resolved', 'withdrawn'))
);
-- the reviews of a lead
CREATE INDEX review_by_lead ON review_item (lead_id);
-- the review queue by due
CREATE INDEX review_open ON review_item (due_at) WHERE state = 'open';

-- A company as the CRM knows it.
CREATE TABLE account (
  id uuid NOT NULL PRIMARY KEY,
  system text NOT NULL,
  external_id text NOT NULL,
  name text NOT NULL,
  owner text NOT NULL,
  type text NOT NULL,
  tier text NOT NULL,
  parent_id uuid,
  facts text NOT NULL,
  owner_since timestamptz,
  updated_at timestamptz NOT NULL,
  CONSTRAINT account_external UNIQUE (system, external_id)
);

-- A domain may belong to several accounts and an account to several domains.
CREATE TABLE account_domain (
  account_id uuid NOT NULL,
  domain text NOT NULL,
  PRIMARY KEY (account_id, domain)
);

-- A person as the CRM knows them.
CREATE TABLE contact (
  id uuid NOT NULL PRIMARY KEY,
  person_id uuid NOT NULL,
  system text NOT NULL,
  external_id text NOT NULL,
  account_id uuid,
  name text NOT NULL,
  owner text NOT NULL,
  facts text NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT contact_external UNIQUE (system, external_id)
);
-- the people of an account
CREATE INDEX contact_by_account ON contact (account_id);

-- A deal as the CRM knows it. Only open ones have match keys.
CREATE TABLE opportunity (
  id uuid NOT NULL PRIMARY KEY,
  system text NOT NULL,
  external_id text NOT NULL,
  account_id uuid,
  contact_id uuid,
  name text NOT NULL,
  owner text NOT NULL,
  stage text NOT NULL,
  open boolean NOT NULL,
  amount bigint,
  updated_at timestamptz NOT NULL,
  CONSTRAINT opportunity_external UNIQUE (system, external_id)
);
-- the deals of an account, when its domains change
CREATE INDEX opportunity_by_account ON opportunity (account_id);
-- the deals of a contact, when its keys change
CREATE INDEX opportunity_by_contact ON opportunity (contact_id);

-- The roster as published. Rows of rep, pool, membership, calendar and absence are its current version.
CREATE TABLE roster_version (
  version bigint NOT NULL PRIMARY KEY,
  hash text NOT NULL,  -- SHA-256 of the text
  text text NOT NULL,
  published_at timestamptz NOT NULL,
  published_by text NOT NULL,
  reason text NOT NULL
);

-- Who can take leads. place is pool order.
CREATE TABLE rep (
  id text NOT NULL PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  active boolean NOT NULL,
  calendar text NOT NULL,
  manager text NOT NULL,
  capacity bigint,
  languages text NOT NULL,
  skills text NOT NULL,
  left_at timestamptz,
  paused_until timestamptz,
  place bigint NOT NULL
);

-- Pools that somebody has joined.
CREATE TABLE pool (
  id text NOT NULL PRIMARY KEY,
  place bigint NOT NULL
);

-- A rep's place in a pool, half-open [joined_at, left_at).
CREATE TABLE membership (
  pool text NOT NULL,
  rep_id text NOT NULL,
  weight bigint NOT NULL,
  joined_at timestamptz,
  left_at timestamptz,
  PRIMARY KEY (pool, rep_id),
  CONSTRAINT membership_pool FOREIGN KEY (pool) REFERENCES pool (id),
  CONSTRAINT membership_rep FOREIGN KEY (rep_id) REFERENCES rep (id)
);
-- the pools of a rep
CREATE INDEX membership_of_rep ON membership (rep_id);

-- Working hours in a zone, as JSON of the compiled definition.
CREATE TABLE calendar (
  id text NOT NULL PRIMARY KEY,
  zone text NOT NULL,
  definition text NOT NULL
);

-- Half-open [starts_at, ends_at).
CREATE TABLE absence (
  rep_id text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  type text NOT NULL,
  backup text NOT NULL,
  PRIMARY KEY (rep_id, starts_at),
  CONSTRAINT absence_rep FOREIGN KEY (rep_id) REFERENCES rep (id)
);

-- Who signs in to the console.
CREATE TABLE user_account (
  id uuid NOT NULL PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  rep_id text NOT NULL,
  password_hash text NOT NULL,
  state text NOT NULL,  -- invited -> active <-> disabled
  created_at timestamptz NOT NULL,
  password_changed_at timestamptz,
  CONSTRAINT user_email UNIQUE (email),
  CONSTRAINT role_known CHECK (role IN ('rep', 'lead', 'ops', 'analyst', 'admin', 'auditor')),
  CONSTRAINT state_known CHECK (state IN ('invited', 'active', 'disabled'))
);

-- A signed-in browser: the digest of its token, never the token.
CREATE TABLE session (
  digest bytea NOT NULL PRIMARY KEY,
  user_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CONSTRAINT session_has_user FOREIGN KEY (user_id) REFERENCES user_account (id)
);
-- end all sessions of a user
CREATE INDEX session_of_user ON session (user_id);

-- A program's key: the digest of its secret, found by its public prefix.
CREATE TABLE api_key (
  id uuid NOT NULL PRIMARY KEY,
  prefix text NOT NULL,
  hash bytea NOT NULL,
  name text NOT NULL,
  scopes text NOT NULL,
  source text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  CONSTRAINT api_key_prefix UNIQUE (prefix)
);

-- Policies as published, for ever. A rollback is a new version that names the old one.
CREATE TABLE policy_version (
  version bigint NOT NULL PRIMARY KEY,
  hash text NOT NULL,  -- SHA-256 of the text
  text text NOT NULL,
  published_at timestamptz NOT NULL,
  published_by text NOT NULL,
  reason text NOT NULL,
  engine bigint NOT NULL,
  rolled_back_to bigint  -- the version whose text this one repeats
);

-- What was edited between two versions.
CREATE TABLE change_log (
  id uuid NOT NULL PRIMARY KEY,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  subject text NOT NULL,
  before_version bigint NOT NULL,
  after_version bigint NOT NULL,
  diff text NOT NULL
);

-- Tables of values (accounts, postcodes, synonyms), each version by its hash.
CREATE TABLE list_table (
  hash text NOT NULL PRIMARY KEY,
  name text NOT NULL,
  text text NOT NULL,
  published_at timestamptz NOT NULL,
  CONSTRAINT list_table_version UNIQUE (name, hash)
);
