-- Known: what is known about a lead beside what it said, which records are one, and how good the data is.

-- cleaned and watched ------------------------------------------------------------------------------

-- What somebody should look at: one open row for a kind and a subject, raised again counts.
CREATE TABLE alarm (
  id uuid NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  subject text NOT NULL,
  source text NOT NULL,  -- empty: of none
  field text NOT NULL,  -- empty: of none
  severity text NOT NULL,
  detail text NOT NULL,  -- JSON: the figures of the last time
  raised_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  n bigint NOT NULL,
  ended_at timestamptz,
  ended_by text NOT NULL,  -- firstright: by itself
  CONSTRAINT severity_known CHECK (severity IN ('note', 'warning', 'critical'))
);
-- one open alarm about one thing
CREATE UNIQUE INDEX alarm_open ON alarm (kind, subject) WHERE ended_at IS NULL;
-- what was ended last
CREATE INDEX alarm_ended ON alarm (ended_at, id) WHERE ended_at IS NOT NULL;

-- What sources send, counted: spans are an hour, kept for days, and a day, kept for months.
CREATE TABLE field_count (
  source text NOT NULL,
  span text NOT NULL,
  starts_at timestamptz NOT NULL,
  field text NOT NULL,  -- empty: the arrivals themselves
  what text NOT NULL,  -- arrived, filled, wrong, unmapped, shape
  word text NOT NULL,  -- wrong: the code; shape: its signature; arrived: the lane
  n bigint NOT NULL,
  PRIMARY KEY (source, span, starts_at, field, what, word),
  CONSTRAINT span_known CHECK (span IN ('hour', 'day')),
  CONSTRAINT what_known CHECK (what IN ('arrived', 'filled', 'wrong', 'unmapped', 'shape'))
);
-- what is old goes
CREATE INDEX field_count_by_age ON field_count (span, starts_at);

-- Values that no table knows, counted. The value '' holds those beyond the most that are kept of a field in a day.
CREATE TABLE unmapped (
  field text NOT NULL,
  value text NOT NULL,  -- folded, as a synonym is looked up
  n bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  sources text NOT NULL,  -- JSON: names
  PRIMARY KEY (field, value)
);

-- Whose they are, so that a mapping can reach those that wait: the latest of each value.
CREATE TABLE unmapped_lead (
  field text NOT NULL,
  value text NOT NULL,
  lead_id uuid NOT NULL,
  PRIMARY KEY (field, value, lead_id)
);

-- What is done once in a while by one node: when it was done last, and until when somebody is at it.
CREATE TABLE watch_round (
  name text NOT NULL PRIMARY KEY,
  done_at timestamptz,
  lease_until timestamptz,
  about text NOT NULL  -- JSON: what the last one found
);

-- quarantined --------------------------------------------------------------------------------------

-- what can be replayed after a fix
CREATE INDEX arrival_quarantined ON arrival (id) WHERE label IN ('quarantined', 'duplicate_conflict');

-- How the rows of a file were read, so that one that was kept aside can be read again.
CREATE TABLE import_layout (
  import_id uuid NOT NULL PRIMARY KEY,
  source text NOT NULL,
  header text NOT NULL,  -- JSON: columns in their order
  delimiter text NOT NULL,
  map text NOT NULL  -- JSON
);
-- the newest of a source
CREATE INDEX import_layout_of ON import_layout (source, import_id);

-- merged -------------------------------------------------------------------------------------------

-- Who stands for whom, since when and why; a merge that was undone stays here. The lead that stands is `lead.merged_into`.
CREATE TABLE merge (
  id uuid NOT NULL PRIMARY KEY,
  child uuid NOT NULL,
  master uuid NOT NULL,
  at timestamptz NOT NULL,
  merged_by text NOT NULL,
  how text NOT NULL,
  reason text NOT NULL,
  score bigint,  -- likeness in per mille; none where nobody worked it out
  reasons text NOT NULL,  -- JSON: what makes them alike
  child_was text NOT NULL,  -- JSON: how the child stood, without its facts; empty: it had not been decided about
  master_was text NOT NULL,  -- JSON: how the master stood, where the merge moved it; empty: it did not
  master_epoch bigint NOT NULL,  -- the holder the merge left the master with
  gave text NOT NULL,  -- JSON: facts the master has from its children, and had of its own; on the latest merge only
  undone_at timestamptz,
  undone_by text NOT NULL,
  CONSTRAINT how_known CHECK (how IN ('auto', 'person'))
);
-- a lead is part of one other at most
CREATE UNIQUE INDEX merge_in_force ON merge (child) WHERE undone_at IS NULL;
-- whose children are read with it
CREATE INDEX merge_of_master ON merge (master) WHERE undone_at IS NULL;
INSERT INTO merge SELECT id, id, merged_into, updated_at, 'firstright', 'auto', 'the same person', NULL, '[]', '', '', 0, '{}',
  NULL, '' FROM lead WHERE merged_into IS NOT NULL;

-- Leads somebody said are two: they are not proposed again.
CREATE TABLE distinct_pair (
  a uuid NOT NULL,
  b uuid NOT NULL,
  at timestamptz NOT NULL,
  marked_by text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (a, b),
  CONSTRAINT a_before_b CHECK (a < b)
);
-- asked from either side
CREATE INDEX distinct_pair_of_b ON distinct_pair (b);

-- Leads that may be one, as a clean-up found them: somebody says which.
CREATE TABLE duplicate_pair (
  id uuid NOT NULL PRIMARY KEY,
  a uuid NOT NULL,
  b uuid NOT NULL,
  score bigint NOT NULL,  -- likeness in per mille
  reasons text NOT NULL,  -- JSON
  found_at timestamptz NOT NULL,
  state text NOT NULL,
  decided_at timestamptz,
  decided_by text NOT NULL,
  CONSTRAINT duplicate_pair_once UNIQUE (a, b),
  CONSTRAINT a_before_b CHECK (a < b),
  CONSTRAINT state_known CHECK (state IN ('open', 'merged', 'distinct'))
);
-- what waits for somebody, the likeliest first
CREATE INDEX duplicate_pair_open ON duplicate_pair (score, id) WHERE state = 'open';
-- asked from either side
CREATE INDEX duplicate_pair_of_b ON duplicate_pair (b);

-- the CRM's records --------------------------------------------------------------------------------

-- People of the CRM who own its records, and which of our reps each of them is; one who is nobody's is listed, never dropped.
CREATE TABLE crm_owner (
  system text NOT NULL,
  external_id text NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  active boolean NOT NULL,  -- the CRM still lets them own records
  rep text NOT NULL,  -- empty: no rep of ours is known to be this one
  said text NOT NULL,  -- how it is known: map, email, id; empty: it is not
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (system, external_id)
);

-- Where an id of the CRM leads: a merged record to the one that stands for it, a converted lead to its contact, a deal to its
-- company and its contact where they stand in a table of their own.
CREATE TABLE crm_alias (
  system text NOT NULL,
  kind text NOT NULL,
  external_id text NOT NULL,
  leads_to text NOT NULL,  -- external id
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (system, kind, external_id),
  CONSTRAINT kind_known CHECK (kind IN ('account', 'contact', 'opportunity', 'lead-contact', 'opportunity-account', 'opportunity-contact'))
);
-- who leads here, when what they lead to comes later
CREATE INDEX crm_alias_to ON crm_alias (system, kind, leads_to);

-- Stages of a CRM's pipelines: whether a deal in it is still open, and whether it was won.
CREATE TABLE crm_stage (
  system text NOT NULL,
  external_id text NOT NULL,
  label text NOT NULL,
  closed boolean NOT NULL,
  won boolean NOT NULL,
  PRIMARY KEY (system, external_id)
);

-- A file of a CRM's records under one map. Its rows are taken in order: what its counters add up to is how far it came.
CREATE TABLE crm_import (
  id uuid NOT NULL PRIMARY KEY,
  file_hash text NOT NULL,
  map_hash text NOT NULL,
  name text NOT NULL,
  system text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  counters text NOT NULL,  -- JSON: rows by outcome, each row in one of them
  actor text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT crm_import_once UNIQUE (file_hash, map_hash),
  CONSTRAINT state_known CHECK (state IN ('running', 'done'))
);

-- What was wrong with single rows of it.
CREATE TABLE crm_import_problem (
  import_id uuid NOT NULL,
  line bigint NOT NULL,  -- record of the file, from 1
  outcome text NOT NULL,
  problems text NOT NULL,
  PRIMARY KEY (import_id, line),
  CONSTRAINT crm_import_problem_import FOREIGN KEY (import_id) REFERENCES crm_import (id)
);

-- What the CRM calls those a record names, so that whichever of the two comes first finds the other.
ALTER TABLE account ADD COLUMN owner_external text NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN parent_external text NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN sort_name text COLLATE "C" NOT NULL DEFAULT '';  -- folded
ALTER TABLE account ADD COLUMN deleted_at timestamptz;
ALTER TABLE account ADD COLUMN merged_into uuid;
ALTER TABLE contact ADD COLUMN owner_external text NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN account_external text NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN deleted_at timestamptz;
ALTER TABLE contact ADD COLUMN merged_into uuid;
ALTER TABLE opportunity ADD COLUMN owner_external text NOT NULL DEFAULT '';
ALTER TABLE opportunity ADD COLUMN account_external text NOT NULL DEFAULT '';
ALTER TABLE opportunity ADD COLUMN contact_external text NOT NULL DEFAULT '';
ALTER TABLE opportunity ADD COLUMN won boolean NOT NULL DEFAULT false;
ALTER TABLE opportunity ADD COLUMN deleted_at timestamptz;
ALTER TABLE opportunity ADD COLUMN merged_into uuid;
-- accounts by name, for people who look for one
CREATE INDEX account_by_name ON account (sort_name, id) WHERE deleted_at IS NULL;
-- accounts of a rep, by name
CREATE INDEX account_by_owner ON account (owner, sort_name, id) WHERE deleted_at IS NULL;
-- subsidiaries
CREATE INDEX account_by_parent ON account (parent_id) WHERE parent_id IS NOT NULL;
-- who waits for a record that has not come yet
CREATE INDEX account_waits ON account (system, parent_external) WHERE parent_id IS NULL AND parent_external <> '';
CREATE INDEX contact_waits ON contact (system, account_external) WHERE account_id IS NULL AND account_external <> '';
CREATE INDEX opportunity_waits ON opportunity (system, account_external) WHERE account_id IS NULL AND account_external <> '';
CREATE INDEX opportunity_waits_contact ON opportunity (system, contact_external) WHERE contact_id IS NULL AND contact_external <> '';

-- enriched -----------------------------------------------------------------------------------------

-- Whom facts are asked of: where they are and how they are doing. What is asked, and of which leads, the policy says.
CREATE TABLE provider (
  name text NOT NULL PRIMARY KEY,
  url text NOT NULL,  -- what may be shown of it
  sealed bytea NOT NULL,  -- the whole address, and the headers that are sent
  headers text NOT NULL,  -- JSON: their names
  enabled boolean NOT NULL,
  off_reason text NOT NULL,
  created_at timestamptz NOT NULL,
  failures bigint NOT NULL,  -- in a row
  failing_since timestamptz,
  paused_until timestamptz,
  problem text NOT NULL,  -- the last one
  problem_at timestamptz,
  minute timestamptz,  -- the one that requests were last made in
  minute_n bigint NOT NULL  -- and how many
);

-- One question about one lead: waiting -> asked -> came -> done, or back to waiting after a failure.
CREATE TABLE enrichment (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  person_id uuid,
  provider text NOT NULL,
  key text NOT NULL,  -- what is asked about: a domain, an address
  state text NOT NULL,
  result text NOT NULL,  -- empty while it is open
  detail text NOT NULL,  -- why, in words
  said text NOT NULL,  -- JSON: the facts it brought
  due_at timestamptz NOT NULL,  -- to be asked, asked again, or told the lead
  give_up_at timestamptz NOT NULL,
  attempts bigint NOT NULL,
  lease_token text NOT NULL,
  created_at timestamptz NOT NULL,
  asked_at timestamptz,
  answered_at timestamptz,
  took bigint NOT NULL,  -- milliseconds of the last request; 0: nobody had to be asked
  decision_id uuid,  -- what the lead's rules made of it
  CONSTRAINT state_known CHECK (state IN ('waiting', 'asked', 'came', 'done')),
  CONSTRAINT result_known CHECK (result IN ('', 'known', 'unknown', 'failed', 'moot'))
);
-- what is to be done next
CREATE INDEX enrichment_due ON enrichment (due_at) WHERE state IN ('waiting', 'asked', 'came');
-- who else asks the same
CREATE INDEX enrichment_open ON enrichment (provider, key) WHERE state IN ('waiting', 'asked');
-- what was asked about a lead
CREATE INDEX enrichment_by_lead ON enrichment (lead_id);
-- how a provider has done lately
CREATE INDEX enrichment_ended ON enrichment (provider, answered_at) WHERE answered_at IS NOT NULL;

-- What they answered, so that nobody is asked twice; also that they do not know.
CREATE TABLE enrichment_answer (
  provider text NOT NULL,
  key text NOT NULL,
  shape text NOT NULL,  -- hash of what was looked for in it: with other fields it is asked anew
  result text NOT NULL,
  answer text NOT NULL,  -- JSON: our field -> their value
  detail text NOT NULL,
  answered_at timestamptz NOT NULL,
  fresh_until timestamptz NOT NULL,
  PRIMARY KEY (provider, key)
);

-- Requests made in a month (UTC), also those that failed: they may be billed.
CREATE TABLE enrichment_spend (
  provider text NOT NULL,
  month text NOT NULL,  -- 2026-11
  n bigint NOT NULL,
  PRIMARY KEY (provider, month)
);

-- scored -------------------------------------------------------------------------------------------

-- Models learned from outcomes, each version by its hash. A policy names one; none ever changes.
CREATE TABLE learned (
  hash text NOT NULL PRIMARY KEY,
  name text NOT NULL,
  text text NOT NULL,  -- JSON: weights, the table of chances, what it was trained on
  trained_at timestamptz NOT NULL,
  trained_by text NOT NULL
);
-- versions of a name, the newest first
CREATE INDEX learned_by_name ON learned (name, trained_at);

-- How far the leads that come have moved from those a model was trained on, and how its chances came true: one row a day.
CREATE TABLE drift_look (
  hash text NOT NULL,
  day text NOT NULL,
  at timestamptz NOT NULL,
  leads bigint NOT NULL,
  found text NOT NULL,  -- JSON: by field, by month
  PRIMARY KEY (hash, day)
);

-- audited ------------------------------------------------------------------------------------------

-- What the audit of the base found: one row a kind and subject; what is not found again is ended, not deleted.
CREATE TABLE finding (
  kind text NOT NULL,
  subject text NOT NULL,
  cause text NOT NULL,  -- code of a sentence
  owner text NOT NULL,  -- who is to see to it
  detail text NOT NULL,  -- JSON: figures, and the first leads
  n bigint NOT NULL,  -- leads, values, rules ... it is about
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (kind, subject)
);

-- How many of a kind there were, by day.
CREATE TABLE finding_day (
  kind text NOT NULL,
  day timestamptz NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (kind, day)
);
