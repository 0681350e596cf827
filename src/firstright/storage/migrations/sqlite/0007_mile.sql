-- The last mile: what a lead carries beside its owner, three more kinds of job, and what leads from an owner to an outcome.

-- JSON: an open offer, roles beside the owner, clocks that stand still; empty for nearly all
ALTER TABLE lead ADD COLUMN mile TEXT NOT NULL DEFAULT '';
CREATE TABLE job_now (
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
  CONSTRAINT kind_known CHECK (kind IN ('decide', 'clock', 'route', 'step', 'remind', 'errand')),
  CONSTRAINT lane_known CHECK (lane IN ('person', 'intake', 'deadlines', 'bulk')),
  CONSTRAINT state_known CHECK (state IN ('ready', 'leased', 'done', 'cancelled', 'dead'))
) STRICT;
INSERT INTO job_now SELECT * FROM job;
DROP TABLE job;
ALTER TABLE job_now RENAME TO job;
-- leases that ran out
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'leased';
-- what is planned for a lead, to supersede it
CREATE INDEX job_of_lead ON job (lead_id) WHERE state = 'ready';
-- what is due in a lane, per kind, most urgent first
CREATE INDEX job_ready ON job (lane, kind, priority, due_at) WHERE state = 'ready';
CREATE INDEX job_dead ON job (due_at) WHERE state = 'dead';
CREATE INDEX job_failing ON job (due_at) WHERE state = 'ready' AND last_error <> '';

-- statuses, roles, conversion --------------------------------------------------------------------
-- a lead that was in one status and is in another: written where a policy has a pipeline of its own
CREATE TABLE status_change (
  lead_id TEXT NOT NULL,
  decision_id TEXT NOT NULL,
  cycle INTEGER NOT NULL,
  was TEXT NOT NULL,
  status TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (lead_id, decision_id)
) STRICT, WITHOUT ROWID;
-- what left a status lately, for how long leads stay in it
CREATE INDEX status_change_out_of ON status_change (was, at);

-- what a rep no longer has, the latest first: what they won and lost
CREATE INDEX assignment_over ON assignment (holder_id, ended_at, lead_id) WHERE holder_kind = 'rep' AND ended_at IS NOT NULL;

-- how many leads stand in each status, but those that were merged into others: moved on by the batch that moves them
CREATE TABLE lead_count (
  status TEXT NOT NULL PRIMARY KEY,
  leads INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO lead_count (status, leads) SELECT status, count(*) FROM lead WHERE merged_into IS NULL GROUP BY status;

-- what somebody gave their word for: a criterion of a status nobody can check by looking. It counts in this cycle
CREATE TABLE vouched (
  lead_id TEXT NOT NULL,
  cycle INTEGER NOT NULL,
  criterion TEXT NOT NULL,
  "by" TEXT NOT NULL,
  note TEXT NOT NULL,
  at TEXT NOT NULL,
  person_id TEXT,
  PRIMARY KEY (lead_id, cycle, criterion)
) STRICT, WITHOUT ROWID;

-- the records of our base, or of the CRM, that a lead has become: once
CREATE TABLE conversion (
  lead_id TEXT NOT NULL PRIMARY KEY,
  contact_id TEXT NOT NULL,
  account_id TEXT,
  opportunity_id TEXT,
  cycle INTEGER NOT NULL,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- the leads a contact was, whose owner, clocks and sequence it goes by
CREATE INDEX conversion_of_contact ON conversion (contact_id);
-- the leads a deal began as, for when it is won or lost
CREATE INDEX conversion_of_opportunity ON conversion (opportunity_id) WHERE opportunity_id IS NOT NULL;

-- touches and engagements ------------------------------------------------------------------------

ALTER TABLE engagement ADD COLUMN what TEXT NOT NULL DEFAULT '';  -- the page, the file, the call it was about
ALTER TABLE engagement ADD COLUMN reported_by TEXT NOT NULL DEFAULT '';  -- a rep, a key, a hook, a source
ALTER TABLE engagement ADD COLUMN logged_at TEXT;  -- null: from before it was kept
ALTER TABLE touch ADD COLUMN reported_by TEXT NOT NULL DEFAULT '';  -- empty: the rep themself

-- where a foreign system reports activity; its events are signed
CREATE TABLE hook (
  name TEXT NOT NULL PRIMARY KEY,
  secret BLOB NOT NULL,  -- secrets, newest first, sealed about the hook
  settings TEXT NOT NULL,  -- JSON: the map, whose external ids are meant, where phone numbers are from, ends of secrets
  enabled INTEGER NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

-- what a hook was told: taken | ignored | quarantined -> taken | ignored
CREATE TABLE hook_event (
  id TEXT NOT NULL PRIMARY KEY,
  hook TEXT NOT NULL,
  event_id TEXT NOT NULL,
  received_at TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  raw BLOB NOT NULL,
  state TEXT NOT NULL,
  lead_id TEXT,
  person_id TEXT,
  problems TEXT NOT NULL,  -- JSON
  CONSTRAINT hook_event_once UNIQUE (hook, event_id),
  CONSTRAINT state_known CHECK (state IN ('taken', 'ignored', 'quarantined'))
) STRICT;
-- what could not be matched, oldest first
CREATE INDEX hook_event_aside ON hook_event (hook, id) WHERE state = 'quarantined';
-- erasure goes by person
CREATE INDEX hook_event_of ON hook_event (person_id);
-- how many came of late and what became of them, without reading what they said
CREATE INDEX hook_event_came ON hook_event (hook, received_at, state);

-- clocks and stuck leads -------------------------------------------------------------------------

-- misses that were excused, or put right under the right calendar; named by the decision that did so
CREATE TABLE clock_excuse (
  id TEXT NOT NULL PRIMARY KEY,
  clock_id TEXT NOT NULL,
  lead_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  excused_by TEXT NOT NULL,
  excused_at TEXT NOT NULL,
  was_due_at TEXT NOT NULL,
  due_at TEXT,  -- worked out anew; null: excused as it was
  state TEXT NOT NULL,  -- what the clock was found to be
  CONSTRAINT state_known CHECK (state IN ('excused', 'met', 'missed', 'running'))
) STRICT;
CREATE INDEX excuse_of_lead ON clock_excuse (lead_id);
CREATE INDEX excuse_latest ON clock_excuse (excused_at);
-- misses of a span of time, and what stands still
CREATE INDEX clock_missed ON clock (missed_at) WHERE state = 'missed';
CREATE INDEX clock_paused ON clock (paused_at) WHERE state = 'paused';

-- leads that lie, one row for each cause and each time
CREATE TABLE stuck (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  cause TEXT NOT NULL,
  since TEXT NOT NULL,  -- from when on it lay
  holder_kind TEXT NOT NULL,
  holder_id TEXT NOT NULL,
  found_at TEXT NOT NULL,
  ended_at TEXT,  -- it lies no more
  CONSTRAINT cause_known CHECK (cause IN ('no-next-action', 'no-touch', 'owner-away', 'accepted-untouched', 'status-too-long', 'review-unclaimed', 'pause-over'))
) STRICT;
CREATE UNIQUE INDEX stuck_now ON stuck (lead_id, cause) WHERE ended_at IS NULL;
CREATE INDEX stuck_of_holder ON stuck (holder_id, since) WHERE ended_at IS NULL;
CREATE INDEX stuck_of_lead ON stuck (lead_id);

-- what somebody decided about a lead on the weekly list
CREATE TABLE stuck_review (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  decided TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  quiet_until TEXT,  -- kept: not listed again before
  CONSTRAINT decided_known CHECK (decided IN ('keep', 'move', 'close'))
) STRICT;
CREATE INDEX stuck_review_of_lead ON stuck_review (lead_id, decided_at);

-- handoffs ---------------------------------------------------------------------------------------

ALTER TABLE offer ADD COLUMN to_kind TEXT NOT NULL DEFAULT 'rep';  -- of whom it is made to: rep | queue | partner | none
ALTER TABLE offer ADD COLUMN pool TEXT NOT NULL DEFAULT '';  -- whose turn it spent
ALTER TABLE offer ADD COLUMN given_by TEXT NOT NULL DEFAULT '';
ALTER TABLE offer ADD COLUMN decision_id TEXT;  -- that made it: the turn stands there
ALTER TABLE offer ADD COLUMN received_at TEXT;  -- when the receiver saw it
ALTER TABLE offer ADD COLUMN answered_by TEXT NOT NULL DEFAULT '';
-- a lead is offered to one at a time
CREATE UNIQUE INDEX offer_open ON offer (lead_id) WHERE state = 'offered';
-- what is offered to somebody
CREATE INDEX offer_of ON offer (rep_id) WHERE state = 'offered';

-- a lead that is with support: what is worked there, and how it stands
CREATE TABLE ticket (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  kind TEXT NOT NULL,  -- the handoff type
  state TEXT NOT NULL,  -- open <-> waiting -> solved -> closed; solved -> open
  outside TEXT NOT NULL,  -- its number in their system; empty until they say
  note TEXT NOT NULL,
  person_id TEXT,
  opened_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CONSTRAINT state_known CHECK (state IN ('open', 'waiting', 'solved', 'closed'))
) STRICT;
CREATE INDEX ticket_by_lead ON ticket (lead_id);

-- sequences, consent, suppression ----------------------------------------------------------------
-- A lead on its way through a sequence with one holder; when it moves on with the lead, the holder of now.
CREATE TABLE enrolment (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence TEXT NOT NULL,
  state TEXT NOT NULL,  -- running -> finished | stopped
  reason TEXT NOT NULL,  -- why it stopped
  step INTEGER NOT NULL,  -- the next one, from 0
  due_at TEXT,  -- when that is tried; null when it is over
  code TEXT NOT NULL,  -- why that waits: core.outreach.No, and a datum
  datum TEXT NOT NULL,
  started_by TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  CONSTRAINT state_known CHECK (state IN ('running', 'finished', 'stopped'))
) STRICT;
-- one at a time
CREATE UNIQUE INDEX enrolment_running ON enrolment (lead_id) WHERE state = 'running';
CREATE INDEX enrolment_by_lead ON enrolment (lead_id);
-- who opts out is left alone by all of them
CREATE INDEX enrolment_by_person ON enrolment (person_id) WHERE state = 'running';
-- how each sequence fares
CREATE INDEX enrolment_by_sequence ON enrolment (sequence, state);

-- What became of the steps of a sequence, and what began or ended it: the timeline, and how often somebody was written to.
CREATE TABLE outreach_note (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  enrolment_id TEXT,
  delivery_id TEXT,  -- of what was sent
  sequence TEXT NOT NULL,
  step INTEGER NOT NULL,
  what TEXT NOT NULL,  -- started | sent | failed | withdrawn | asked | skipped | waits | moved | stopped | finished | opted-out
  channel TEXT NOT NULL,
  template TEXT NOT NULL,
  rep_id TEXT NOT NULL,  -- whose lead it was, or who did it
  code TEXT NOT NULL,
  datum TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX outreach_note_by_lead ON outreach_note (lead_id);
-- the weekly cap, over all leads of a person
CREATE INDEX outreach_note_sent ON outreach_note (person_id, at) WHERE what = 'sent';
-- a step is done once
CREATE UNIQUE INDEX outreach_note_once ON outreach_note (enrolment_id, step) WHERE what IN ('sent', 'asked', 'skipped');

-- Secrets of the workspace itself, sealed: what digests and links are keyed with.
CREATE TABLE workspace_secret (
  name TEXT NOT NULL PRIMARY KEY,
  sealed BLOB NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- meetings ---------------------------------------------------------------------------------------
-- who meets whom, when; a moved meeting is the same row with a larger sequence
CREATE TABLE meeting (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  person_id TEXT,
  type TEXT NOT NULL,  -- of the policy
  rep_id TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  since_at TEXT NOT NULL,  -- with what is kept free before it
  until_at TEXT NOT NULL,  -- and after it
  state TEXT NOT NULL,
  sequence INTEGER NOT NULL,  -- of its invitation: grows with every change
  pool TEXT NOT NULL,  -- whose turn it was; empty: the owner's
  zone TEXT NOT NULL,  -- of whoever booked it
  was TEXT NOT NULL,  -- status of the lead before
  epoch INTEGER NOT NULL,
  booked_at TEXT NOT NULL,
  booked_by TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  decision_id TEXT,
  answer TEXT NOT NULL,  -- accepted | declined | tentative, to its time of now; empty: none yet
  answered_at TEXT,
  CONSTRAINT state_known CHECK (state IN ('booked', 'held', 'no-show', 'cancelled'))
) STRICT;
-- the second net below the turn: nobody meets two at once
CREATE UNIQUE INDEX meeting_once ON meeting (rep_id, starts_at) WHERE state = 'booked';
CREATE INDEX meeting_of_rep ON meeting (rep_id, until_at) WHERE state = 'booked';
CREATE INDEX meeting_by_lead ON meeting (lead_id);
CREATE INDEX meeting_by_start ON meeting (starts_at);
CREATE INDEX meeting_of_rep_by_start ON meeting (rep_id, starts_at);
-- appointments ahead of their own calendar, replaced whole with each look at it; what our invitations put there is none
CREATE TABLE busy (
  rep_id TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  PRIMARY KEY (rep_id, starts_at, ends_at)
) STRICT, WITHOUT ROWID;
-- calendars that were read before have not told them yet
UPDATE rep_feed SET taken_at = NULL;
-- what links that need no account are signed with
CREATE TABLE link_key (
  name TEXT NOT NULL PRIMARY KEY,
  secret TEXT NOT NULL
) STRICT;
INSERT INTO link_key (name, secret) VALUES ('booking', lower(hex(randomblob(32))));

-- drafts and playbooks ---------------------------------------------------------------------------
-- What a task asks in the words of whoever put it down, and how often it was put off. Tasks of an action have none of it.
CREATE TABLE todo (
  task_id TEXT NOT NULL PRIMARY KEY,
  said TEXT NOT NULL,
  given_by TEXT NOT NULL,
  given_at TEXT NOT NULL,
  put_off INTEGER NOT NULL,
  person_id TEXT
) STRICT;

-- A first message for one holder (lead, epoch): theirs alone. An earlier holder's is withdrawn with them.
CREATE TABLE draft (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  person_id TEXT,
  epoch INTEGER NOT NULL,
  rep_id TEXT NOT NULL,
  action TEXT NOT NULL,
  template TEXT NOT NULL,
  channel TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL,  -- ready -> sending -> sent | failed; ready -> copied; all but sent -> withdrawn
  delivery_id TEXT,
  prepared_at TEXT NOT NULL,
  sent_at TEXT,
  CONSTRAINT state_known CHECK (state IN ('ready', 'sending', 'sent', 'copied', 'failed', 'withdrawn'))
) STRICT;
CREATE INDEX draft_by_lead ON draft (lead_id, epoch);
-- whose message has just been delivered
CREATE INDEX draft_sending ON draft (delivery_id) WHERE state = 'sending';
-- how often each template is answered
CREATE INDEX draft_prepared ON draft (prepared_at);

-- That somebody was told that their enquiry has come: once in a cycle.
CREATE TABLE acknowledgement (
  lead_id TEXT NOT NULL,
  cycle INTEGER NOT NULL,
  person_id TEXT,
  template TEXT NOT NULL,
  delivery_id TEXT,  -- null: it was not sent
  said TEXT NOT NULL,  -- why not
  at TEXT NOT NULL,
  PRIMARY KEY (lead_id, cycle)
) STRICT, WITHOUT ROWID;

-- Points of a playbook that were gone through, with what was answered.
CREATE TABLE checkmark (
  lead_id TEXT NOT NULL,
  cycle INTEGER NOT NULL,
  item TEXT NOT NULL,
  playbook TEXT NOT NULL,
  rep_id TEXT NOT NULL,
  answer TEXT NOT NULL,
  at TEXT NOT NULL,
  person_id TEXT,
  PRIMARY KEY (lead_id, cycle, item)
) STRICT, WITHOUT ROWID;

-- Campaigns and sources nobody had heard of, with the first lead of each.
CREATE TABLE campaign (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  first_at TEXT NOT NULL,
  lead_id TEXT NOT NULL,
  PRIMARY KEY (kind, name),
  CONSTRAINT kind_known CHECK (kind IN ('campaign', 'source'))
) STRICT, WITHOUT ROWID;

-- stewards, repair, reassignment -----------------------------------------------------------------

-- what became of what an earlier holder had begun, once for each new one; none where they had begun nothing
CREATE TABLE reassigned (
  lead_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,  -- of the new holder
  at TEXT NOT NULL,
  cause TEXT NOT NULL,
  was_kind TEXT NOT NULL,
  was_id TEXT NOT NULL,
  now_kind TEXT NOT NULL,
  now_id TEXT NOT NULL,
  did TEXT NOT NULL,  -- JSON: [[kind of thing, cancelled | moved | stopped | kept | withdrawn, how many], ...]
  PRIMARY KEY (lead_id, epoch)
) STRICT, WITHOUT ROWID;

-- a repair of what wrong rules had placed: who asked for it and why, and which decisions it is about
CREATE TABLE repair (
  id TEXT NOT NULL PRIMARY KEY,
  asked_at TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  selection TEXT NOT NULL,  -- JSON: versions, rules, time span, source, whether those that were touched are included
  state TEXT NOT NULL,  -- running -> done | stopped
  found INTEGER NOT NULL,  -- leads that were selected so far
  finished_at TEXT,
  preview_id TEXT,  -- the errand whose leads these are; null: they are looked for by the selection
  CONSTRAINT state_known CHECK (state IN ('running', 'done', 'stopped'))
) STRICT;
-- newest first
CREATE INDEX repair_by_time ON repair (asked_at);

-- one lead of a repair: decided again once, or kept and why
CREATE TABLE repaired (
  repair_id TEXT NOT NULL,
  lead_id TEXT NOT NULL,
  placed_by TEXT NOT NULL,  -- the decision that placed it wrongly
  was_kind TEXT NOT NULL,
  was_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,  -- as it was when it was selected
  state TEXT NOT NULL,  -- waiting -> moved | stayed | kept | failed; kept at once where it is not to be touched
  why TEXT NOT NULL,
  now_kind TEXT NOT NULL,
  now_id TEXT NOT NULL,
  decision_id TEXT,
  at TEXT,
  PRIMARY KEY (repair_id, lead_id),
  CONSTRAINT state_known CHECK (state IN ('waiting', 'moved', 'stayed', 'kept', 'failed'))
) STRICT;
-- what is left to do of a repair, and its lists
CREATE INDEX repaired_by_state ON repaired (repair_id, state, lead_id);
-- The entries of one lead.
CREATE INDEX repaired_lead ON repaired (lead_id);

-- a part of the policy was looked at again by whoever answers for it
CREATE TABLE steward_review (
  id TEXT NOT NULL PRIMARY KEY,
  part TEXT NOT NULL,  -- "rule:smb-emea"
  at TEXT NOT NULL,
  "by" TEXT NOT NULL,
  note TEXT NOT NULL,
  version INTEGER NOT NULL  -- of the policy that was looked at
) STRICT;
-- the last review of a part
CREATE INDEX steward_review_of ON steward_review (part, at);

-- when the CRM says that it last changed a record; null: it does not say. What it said earlier changes nothing
ALTER TABLE account ADD COLUMN modified_at TEXT;
ALTER TABLE contact ADD COLUMN modified_at TEXT;
ALTER TABLE opportunity ADD COLUMN modified_at TEXT;

-- long work that somebody asked for, done a slice at a time by whoever has its job: what a repair would come to, a quarantine read again
CREATE TABLE errand (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,  -- JSON: what was asked for
  asked_at TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  state TEXT NOT NULL,  -- running -> done | stopped
  total INTEGER NOT NULL,  -- things there are to do; 0 until they were counted
  done INTEGER NOT NULL,
  place TEXT NOT NULL,  -- JSON: where the next slice begins; empty before the first
  counts TEXT NOT NULL,  -- JSON: what became of them, by name
  finished_at TEXT,
  stopped_by TEXT NOT NULL,  -- who had no more of it done; empty: nobody
  stopped_why TEXT NOT NULL,  -- what they said, or what had it stop by itself
  CONSTRAINT kind_known CHECK (kind IN ('repair-preview', 'hook-replay', 'quarantine-replay')),
  CONSTRAINT state_known CHECK (state IN ('running', 'done', 'stopped'))
) STRICT;
-- the latest of a kind
CREATE INDEX errand_by_kind ON errand (kind, asked_at);

-- what a repair would make of one lead, as its preview found it
CREATE TABLE previewed (
  preview_id TEXT NOT NULL,
  lead_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,  -- as it was then
  state TEXT NOT NULL,
  was TEXT NOT NULL,  -- "rep:kim", or the outcome where nobody has it
  was_rule TEXT NOT NULL,
  now TEXT NOT NULL,
  now_rule TEXT NOT NULL,
  why TEXT NOT NULL,  -- the decision's reason, or why it is left alone
  later TEXT NOT NULL,  -- how the lead would stand, where otherwise than it does: those decided after it go by that
  PRIMARY KEY (preview_id, lead_id),
  CONSTRAINT state_known CHECK (state IN ('waiting', 'moved', 'stayed', 'kept', 'failed'))
) STRICT, WITHOUT ROWID;
-- a page of one state
CREATE INDEX previewed_by_state ON previewed (preview_id, state, lead_id);
