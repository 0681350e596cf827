-- The last mile: what a lead carries beside its owner, three more kinds of job, and what leads from an owner to an outcome.

-- JSON: an open offer, roles beside the owner, clocks that stand still; empty for nearly all
ALTER TABLE lead ADD COLUMN mile text NOT NULL DEFAULT '';
ALTER TABLE job DROP CONSTRAINT kind_known;
ALTER TABLE job ADD CONSTRAINT kind_known CHECK (kind IN ('decide', 'clock', 'route', 'step', 'remind', 'errand'));

-- statuses, roles, conversion --------------------------------------------------------------------
-- a lead that was in one status and is in another: written where a policy has a pipeline of its own
CREATE TABLE status_change (
  lead_id uuid NOT NULL,
  decision_id uuid NOT NULL,
  cycle bigint NOT NULL,
  was text NOT NULL,
  status text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (lead_id, decision_id)
);
-- what left a status lately, for how long leads stay in it
CREATE INDEX status_change_out_of ON status_change (was, at);

-- what a rep no longer has, the latest first: what they won and lost
CREATE INDEX assignment_over ON assignment (holder_id, ended_at, lead_id) WHERE holder_kind = 'rep' AND ended_at IS NOT NULL;

-- how many leads stand in each status, but those that were merged into others: moved on by the batch that moves them
CREATE TABLE lead_count (
  status text NOT NULL PRIMARY KEY,
  leads bigint NOT NULL
);
INSERT INTO lead_count (status, leads) SELECT status, count(*) FROM lead WHERE merged_into IS NULL GROUP BY status;

-- what somebody gave their word for: a criterion of a status nobody can check by looking. It counts in this cycle
CREATE TABLE vouched (
  lead_id uuid NOT NULL,
  cycle bigint NOT NULL,
  criterion text NOT NULL,
  "by" text NOT NULL,
  note text NOT NULL,
  at timestamptz NOT NULL,
  person_id uuid,
  PRIMARY KEY (lead_id, cycle, criterion)
);

-- the records of our base, or of the CRM, that a lead has become: once
CREATE TABLE conversion (
  lead_id uuid NOT NULL PRIMARY KEY,
  contact_id uuid NOT NULL,
  account_id uuid,
  opportunity_id uuid,
  cycle bigint NOT NULL,
  "by" text NOT NULL,
  at timestamptz NOT NULL
);
-- the leads a contact was, whose owner, clocks and sequence it goes by
CREATE INDEX conversion_of_contact ON conversion (contact_id);
-- the leads a deal began as, for when it is won or lost
CREATE INDEX conversion_of_opportunity ON conversion (opportunity_id) WHERE opportunity_id IS NOT NULL;

-- touches and engagements ------------------------------------------------------------------------

ALTER TABLE engagement ADD COLUMN what text NOT NULL DEFAULT '';  -- the page, the file, the call it was about
ALTER TABLE engagement ADD COLUMN reported_by text NOT NULL DEFAULT '';  -- a rep, a key, a hook, a source
ALTER TABLE engagement ADD COLUMN logged_at timestamptz;  -- null: from before it was kept
ALTER TABLE touch ADD COLUMN reported_by text NOT NULL DEFAULT '';  -- empty: the rep themself

-- where a foreign system reports activity; its events are signed
CREATE TABLE hook (
  name text NOT NULL PRIMARY KEY,
  secret bytea NOT NULL,  -- secrets, newest first, sealed about the hook
  settings text NOT NULL,  -- JSON: the map, whose external ids are meant, where phone numbers are from, ends of secrets
  enabled boolean NOT NULL,
  created_at timestamptz NOT NULL
);

-- what a hook was told: taken | ignored | quarantined -> taken | ignored
CREATE TABLE hook_event (
  id uuid NOT NULL PRIMARY KEY,
  hook text NOT NULL,
  event_id text NOT NULL,
  received_at timestamptz NOT NULL,
  body_hash text NOT NULL,
  raw bytea NOT NULL,
  state text NOT NULL,
  lead_id uuid,
  person_id uuid,
  problems text NOT NULL,  -- JSON
  CONSTRAINT hook_event_once UNIQUE (hook, event_id),
  CONSTRAINT state_known CHECK (state IN ('taken', 'ignored', 'quarantined'))
);
-- what could not be matched, oldest first
CREATE INDEX hook_event_aside ON hook_event (hook, id) WHERE state = 'quarantined';
-- erasure goes by person
CREATE INDEX hook_event_of ON hook_event (person_id);
-- how many came of late and what became of them, without reading what they said
CREATE INDEX hook_event_came ON hook_event (hook, received_at, state);

-- clocks and stuck leads -------------------------------------------------------------------------

-- misses that were excused, or put right under the right calendar; named by the decision that did so
CREATE TABLE clock_excuse (
  id UUID NOT NULL PRIMARY KEY,
  clock_id UUID NOT NULL,
  lead_id UUID NOT NULL,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  excused_by TEXT NOT NULL,
  excused_at TIMESTAMPTZ NOT NULL,
  was_due_at TIMESTAMPTZ NOT NULL,
  due_at TIMESTAMPTZ,  -- worked out anew; null: excused as it was
  state TEXT NOT NULL,  -- what the clock was found to be
  CONSTRAINT state_known CHECK (state IN ('excused', 'met', 'missed', 'running'))
);
CREATE INDEX excuse_of_lead ON clock_excuse (lead_id);
CREATE INDEX excuse_latest ON clock_excuse (excused_at);
-- misses of a span of time, and what stands still
CREATE INDEX clock_missed ON clock (missed_at) WHERE state = 'missed';
CREATE INDEX clock_paused ON clock (paused_at) WHERE state = 'paused';

-- leads that lie, one row for each cause and each time
CREATE TABLE stuck (
  id UUID NOT NULL PRIMARY KEY,
  lead_id UUID NOT NULL,
  cause TEXT NOT NULL,
  since TIMESTAMPTZ NOT NULL,  -- from when on it lay
  holder_kind TEXT NOT NULL,
  holder_id TEXT NOT NULL,
  found_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ,  -- it lies no more
  CONSTRAINT cause_known CHECK (cause IN ('no-next-action', 'no-touch', 'owner-away', 'accepted-untouched', 'status-too-long', 'review-unclaimed', 'pause-over'))
);
CREATE UNIQUE INDEX stuck_now ON stuck (lead_id, cause) WHERE ended_at IS NULL;
CREATE INDEX stuck_of_holder ON stuck (holder_id, since) WHERE ended_at IS NULL;
CREATE INDEX stuck_of_lead ON stuck (lead_id);

-- what somebody decided about a lead on the weekly list
CREATE TABLE stuck_review (
  id UUID NOT NULL PRIMARY KEY,
  lead_id UUID NOT NULL,
  decided TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at TIMESTAMPTZ NOT NULL,
  quiet_until TIMESTAMPTZ,  -- kept: not listed again before
  CONSTRAINT decided_known CHECK (decided IN ('keep', 'move', 'close'))
);
CREATE INDEX stuck_review_of_lead ON stuck_review (lead_id, decided_at);

-- handoffs ---------------------------------------------------------------------------------------

ALTER TABLE offer ADD COLUMN to_kind text NOT NULL DEFAULT 'rep';  -- of whom it is made to: rep | queue | partner | none
ALTER TABLE offer ADD COLUMN pool text NOT NULL DEFAULT '';  -- whose turn it spent
ALTER TABLE offer ADD COLUMN given_by text NOT NULL DEFAULT '';
ALTER TABLE offer ADD COLUMN decision_id uuid;  -- that made it: the turn stands there
ALTER TABLE offer ADD COLUMN received_at timestamptz;  -- when the receiver saw it
ALTER TABLE offer ADD COLUMN answered_by text NOT NULL DEFAULT '';
-- a lead is offered to one at a time
CREATE UNIQUE INDEX offer_open ON offer (lead_id) WHERE state = 'offered';
-- what is offered to somebody
CREATE INDEX offer_of ON offer (rep_id) WHERE state = 'offered';

-- a lead that is with support: what is worked there, and how it stands
CREATE TABLE ticket (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  kind text NOT NULL,  -- the handoff type
  state text NOT NULL,  -- open <-> waiting -> solved -> closed; solved -> open
  outside text NOT NULL,  -- its number in their system; empty until they say
  note text NOT NULL,
  person_id uuid,
  opened_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT state_known CHECK (state IN ('open', 'waiting', 'solved', 'closed'))
);
CREATE INDEX ticket_by_lead ON ticket (lead_id);

-- sequences, consent, suppression ----------------------------------------------------------------
-- A lead on its way through a sequence with one holder; when it moves on with the lead, the holder of now.
CREATE TABLE enrolment (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  person_id uuid NOT NULL,
  epoch bigint NOT NULL,
  sequence text NOT NULL,
  state text NOT NULL,  -- running -> finished | stopped
  reason text NOT NULL,  -- why it stopped
  step bigint NOT NULL,  -- the next one, from 0
  due_at timestamptz,  -- when that is tried; null when it is over
  code text NOT NULL,  -- why that waits: core.outreach.No, and a datum
  datum text NOT NULL,
  started_by text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT state_known CHECK (state IN ('running', 'finished', 'stopped'))
);
-- one at a time
CREATE UNIQUE INDEX enrolment_running ON enrolment (lead_id) WHERE state = 'running';
CREATE INDEX enrolment_by_lead ON enrolment (lead_id);
-- who opts out is left alone by all of them
CREATE INDEX enrolment_by_person ON enrolment (person_id) WHERE state = 'running';
-- how each sequence fares
CREATE INDEX enrolment_by_sequence ON enrolment (sequence, state);

-- What became of the steps of a sequence, and what began or ended it: the timeline, and how often somebody was written to.
CREATE TABLE outreach_note (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  person_id uuid NOT NULL,
  enrolment_id uuid,
  delivery_id uuid,  -- of what was sent
  sequence text NOT NULL,
  step bigint NOT NULL,
  what text NOT NULL,  -- started | sent | failed | withdrawn | asked | skipped | waits | moved | stopped | finished | opted-out
  channel text NOT NULL,
  template text NOT NULL,
  rep_id text NOT NULL,  -- whose lead it was, or who did it
  code text NOT NULL,
  datum text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX outreach_note_by_lead ON outreach_note (lead_id);
-- the weekly cap, over all leads of a person
CREATE INDEX outreach_note_sent ON outreach_note (person_id, at) WHERE what = 'sent';
-- a step is done once
CREATE UNIQUE INDEX outreach_note_once ON outreach_note (enrolment_id, step) WHERE what IN ('sent', 'asked', 'skipped');

-- Secrets of the workspace itself, sealed: what digests and links are keyed with.
CREATE TABLE workspace_secret (
  name text NOT NULL PRIMARY KEY,
  sealed bytea NOT NULL,
  at timestamptz NOT NULL
);

-- meetings ---------------------------------------------------------------------------------------
-- who meets whom, when; a moved meeting is the same row with a larger sequence
CREATE TABLE meeting (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  person_id uuid,
  type text NOT NULL,  -- of the policy
  rep_id text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  since_at timestamptz NOT NULL,  -- with what is kept free before it
  until_at timestamptz NOT NULL,  -- and after it
  state text NOT NULL,
  sequence bigint NOT NULL,  -- of its invitation: grows with every change
  pool text NOT NULL,  -- whose turn it was; empty: the owner's
  zone text NOT NULL,  -- of whoever booked it
  was text NOT NULL,  -- status of the lead before
  epoch bigint NOT NULL,
  booked_at timestamptz NOT NULL,
  booked_by text NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  reason text NOT NULL,
  decision_id uuid,
  answer text NOT NULL,  -- accepted | declined | tentative, to its time of now; empty: none yet
  answered_at timestamptz,
  CONSTRAINT state_known CHECK (state IN ('booked', 'held', 'no-show', 'cancelled'))
);
-- the second net below the turn: nobody meets two at once
CREATE UNIQUE INDEX meeting_once ON meeting (rep_id, starts_at) WHERE state = 'booked';
CREATE INDEX meeting_of_rep ON meeting (rep_id, until_at) WHERE state = 'booked';
CREATE INDEX meeting_by_lead ON meeting (lead_id);
CREATE INDEX meeting_by_start ON meeting (starts_at);
CREATE INDEX meeting_of_rep_by_start ON meeting (rep_id, starts_at);
-- appointments ahead of their own calendar, replaced whole with each look at it; what our invitations put there is none
CREATE TABLE busy (
  rep_id text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  PRIMARY KEY (rep_id, starts_at, ends_at)
);
-- calendars that were read before have not told them yet
UPDATE rep_feed SET taken_at = NULL;
-- what links that need no account are signed with
CREATE TABLE link_key (
  name text NOT NULL PRIMARY KEY,
  secret text NOT NULL
);
INSERT INTO link_key (name, secret) VALUES ('booking', replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));

-- drafts and playbooks ---------------------------------------------------------------------------
-- What a task asks in the words of whoever put it down, and how often it was put off. Tasks of an action have none of it.
CREATE TABLE todo (
  task_id uuid NOT NULL PRIMARY KEY,
  said text NOT NULL,
  given_by text NOT NULL,
  given_at timestamptz NOT NULL,
  put_off bigint NOT NULL,
  person_id uuid
);

-- A first message for one holder (lead, epoch): theirs alone. An earlier holder's is withdrawn with them.
CREATE TABLE draft (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  person_id uuid,
  epoch bigint NOT NULL,
  rep_id text NOT NULL,
  action text NOT NULL,
  template text NOT NULL,
  channel text NOT NULL,
  subject text NOT NULL,
  text text NOT NULL,
  state text NOT NULL,  -- ready -> sending -> sent | failed; ready -> copied; all but sent -> withdrawn
  delivery_id uuid,
  prepared_at timestamptz NOT NULL,
  sent_at timestamptz,
  CONSTRAINT state_known CHECK (state IN ('ready', 'sending', 'sent', 'copied', 'failed', 'withdrawn'))
);
CREATE INDEX draft_by_lead ON draft (lead_id, epoch);
-- whose message has just been delivered
CREATE INDEX draft_sending ON draft (delivery_id) WHERE state = 'sending';
-- how often each template is answered
CREATE INDEX draft_prepared ON draft (prepared_at);

-- That somebody was told that their enquiry has come: once in a cycle.
CREATE TABLE acknowledgement (
  lead_id uuid NOT NULL,
  cycle bigint NOT NULL,
  person_id uuid,
  template text NOT NULL,
  delivery_id uuid,  -- null: it was not sent
  said text NOT NULL,  -- why not
  at timestamptz NOT NULL,
  PRIMARY KEY (lead_id, cycle)
);

-- Points of a playbook that were gone through, with what was answered.
CREATE TABLE checkmark (
  lead_id uuid NOT NULL,
  cycle bigint NOT NULL,
  item text NOT NULL,
  playbook text NOT NULL,
  rep_id text NOT NULL,
  answer text NOT NULL,
  at timestamptz NOT NULL,
  person_id uuid,
  PRIMARY KEY (lead_id, cycle, item)
);

-- Campaigns and sources nobody had heard of, with the first lead of each.
CREATE TABLE campaign (
  kind text NOT NULL,
  name text NOT NULL,
  first_at timestamptz NOT NULL,
  lead_id uuid NOT NULL,
  PRIMARY KEY (kind, name),
  CONSTRAINT kind_known CHECK (kind IN ('campaign', 'source'))
);

-- stewards, repair, reassignment -----------------------------------------------------------------

-- what became of what an earlier holder had begun, once for each new one; none where they had begun nothing
CREATE TABLE reassigned (
  lead_id uuid NOT NULL,
  epoch bigint NOT NULL,  -- of the new holder
  at timestamptz NOT NULL,
  cause text NOT NULL,
  was_kind text NOT NULL,
  was_id text NOT NULL,
  now_kind text NOT NULL,
  now_id text NOT NULL,
  did text NOT NULL,  -- JSON: [[kind of thing, cancelled | moved | stopped | kept | withdrawn, how many], ...]
  PRIMARY KEY (lead_id, epoch)
);

-- a repair of what wrong rules had placed: who asked for it and why, and which decisions it is about
CREATE TABLE repair (
  id uuid NOT NULL PRIMARY KEY,
  asked_at timestamptz NOT NULL,
  asked_by text NOT NULL,
  reason text NOT NULL,
  selection text NOT NULL,  -- JSON: versions, rules, time span, source, whether those that were touched are included
  state text NOT NULL,  -- running -> done | stopped
  found bigint NOT NULL,  -- leads that were selected so far
  finished_at timestamptz,
  preview_id uuid,  -- the errand whose leads these are; null: they are looked for by the selection
  CONSTRAINT state_known CHECK (state IN ('running', 'done', 'stopped'))
);
-- newest first
CREATE INDEX repair_by_time ON repair (asked_at);

-- one lead of a repair: decided again once, or kept and why
CREATE TABLE repaired (
  repair_id uuid NOT NULL,
  lead_id uuid NOT NULL,
  placed_by uuid NOT NULL,  -- the decision that placed it wrongly
  was_kind text NOT NULL,
  was_id text NOT NULL,
  epoch bigint NOT NULL,  -- as it was when it was selected
  state text NOT NULL,  -- waiting -> moved | stayed | kept | failed; kept at once where it is not to be touched
  why text NOT NULL,
  now_kind text NOT NULL,
  now_id text NOT NULL,
  decision_id uuid,
  at timestamptz,
  PRIMARY KEY (repair_id, lead_id),
  CONSTRAINT state_known CHECK (state IN ('waiting', 'moved', 'stayed', 'kept', 'failed'))
);
-- what is left to do of a repair, and its lists
CREATE INDEX repaired_by_state ON repaired (repair_id, state, lead_id);
-- The entries of one lead.
CREATE INDEX repaired_lead ON repaired (lead_id);

-- a part of the policy was looked at again by whoever answers for it
CREATE TABLE steward_review (
  id uuid NOT NULL PRIMARY KEY,
  part text NOT NULL,  -- "rule:smb-emea"
  at timestamptz NOT NULL,
  by text NOT NULL,
  note text NOT NULL,
  version bigint NOT NULL  -- of the policy that was looked at
);
-- the last review of a part
CREATE INDEX steward_review_of ON steward_review (part, at);

-- when the CRM says that it last changed a record; null: it does not say. What it said earlier changes nothing
ALTER TABLE account ADD COLUMN modified_at timestamptz;
ALTER TABLE contact ADD COLUMN modified_at timestamptz;
ALTER TABLE opportunity ADD COLUMN modified_at timestamptz;

-- long work that somebody asked for, done a slice at a time by whoever has its job: what a repair would come to, a quarantine read again
CREATE TABLE errand (
  id uuid NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  about text NOT NULL,  -- JSON: what was asked for
  asked_at timestamptz NOT NULL,
  asked_by text NOT NULL,
  state text NOT NULL,  -- running -> done | stopped
  total bigint NOT NULL,  -- things there are to do; 0 until they were counted
  done bigint NOT NULL,
  place text NOT NULL,  -- JSON: where the next slice begins; empty before the first
  counts text NOT NULL,  -- JSON: what became of them, by name
  finished_at timestamptz,
  stopped_by text NOT NULL,  -- who had no more of it done; empty: nobody
  stopped_why text NOT NULL,  -- what they said, or what had it stop by itself
  CONSTRAINT kind_known CHECK (kind IN ('repair-preview', 'hook-replay', 'quarantine-replay')),
  CONSTRAINT state_known CHECK (state IN ('running', 'done', 'stopped'))
);
-- the latest of a kind
CREATE INDEX errand_by_kind ON errand (kind, asked_at);

-- what a repair would make of one lead, as its preview found it
CREATE TABLE previewed (
  preview_id uuid NOT NULL,
  lead_id uuid NOT NULL,
  epoch bigint NOT NULL,  -- as it was then
  state text NOT NULL,
  was text NOT NULL,  -- "rep:kim", or the outcome where nobody has it
  was_rule text NOT NULL,
  now text NOT NULL,
  now_rule text NOT NULL,
  why text NOT NULL,  -- the decision's reason, or why it is left alone
  later text NOT NULL,  -- how the lead would stand, where otherwise than it does: those decided after it go by that
  PRIMARY KEY (preview_id, lead_id),
  CONSTRAINT state_known CHECK (state IN ('waiting', 'moved', 'stayed', 'kept', 'failed'))
);
-- a page of one state
CREATE INDEX previewed_by_state ON previewed (preview_id, state, lead_id);
