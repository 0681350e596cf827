-- Fair: what a lead is to its owner's load, whom a waiting one waits for, what else moves credit, and credit asked back.

-- [cost in 10^-9 leads, size, [channels of its owner's open tasks]]; empty for a lead no rep has
ALTER TABLE lead ADD COLUMN load text NOT NULL DEFAULT '';
ALTER TABLE lead ADD COLUMN waiting_pool text NOT NULL DEFAULT '';
UPDATE lead SET load = json_build_array(1000000000, 0, (
    SELECT coalesce(json_agg(t.channel), '[]'::json) FROM task AS t
    WHERE t.lead_id = lead.id AND t.rep_id = lead.holder_id AND t.state = 'open'))::text
  WHERE holder_kind = 'rep';
-- who of a pool's leads is next when somebody has room
CREATE INDEX lead_waiting ON lead (waiting_pool, priority DESC, arrived_at, id) WHERE outcome = 'waiting';
-- who of a queue's leads is taken next
CREATE INDEX lead_queued ON lead (holder_id, priority DESC, arrived_at, id) WHERE outcome = 'queued';

-- Loads were numbers of leads: now [leads, cost, neither accepted nor touched, open tasks, size].
UPDATE standing SET data = json_build_array(data::bigint, data::bigint * 1000000000,
    (SELECT count(*) FROM lead AS l JOIN assignment AS a ON a.lead_id = l.id AND a.epoch = l.epoch
     WHERE l.holder_kind = 'rep' AND 'rep:' || l.holder_id = standing.scope AND NOT l.touched AND a.accepted_at IS NULL),
    (SELECT count(*) FROM lead AS l JOIN task AS t ON t.lead_id = l.id AND t.rep_id = l.holder_id AND t.state = 'open'
     WHERE l.holder_kind = 'rep' AND 'rep:' || l.holder_id = standing.scope), 0)::text
  WHERE scope LIKE 'rep:%';

-- Two more kinds of row: a debt of absence paid. The period of pools that count by one, and who is away and will make it up.
ALTER TABLE ledger DROP CONSTRAINT kind_known;
ALTER TABLE ledger ADD CONSTRAINT kind_known CHECK (kind IN ('turned', 'spread', 'made-up', 'returned', 'manual'));
ALTER TABLE ledger ADD COLUMN owing text NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN period bigint NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN method text NOT NULL DEFAULT 'credit';

-- Credit for a turn that somebody must agree to first.
CREATE TABLE credit_request (
  id uuid NOT NULL PRIMARY KEY,
  lead_id uuid NOT NULL,
  rep text NOT NULL,
  pool text NOT NULL,
  lane text NOT NULL,
  cost bigint NOT NULL,  -- 10^-9 leads
  reason text NOT NULL,
  state text NOT NULL,  -- asked -> given or refused
  asked_at timestamptz NOT NULL,
  decision_id uuid NOT NULL,  -- by which the lead left them
  resolved_at timestamptz,
  resolved_by text NOT NULL,
  note text NOT NULL,
  CONSTRAINT state_known CHECK (state IN ('asked', 'given', 'refused'))
);
-- what waits for an answer
CREATE INDEX credit_asked ON credit_request (asked_at, id) WHERE state = 'asked';
-- what became of a rep's
CREATE INDEX credit_of_rep ON credit_request (rep, asked_at);
-- what was asked for a lead
CREATE INDEX credit_of_lead ON credit_request (lead_id);

-- Calendars that are read by URL, and how each is doing.
CREATE TABLE rep_feed (
  rep_id text NOT NULL PRIMARY KEY,
  host text NOT NULL,  -- what may be shown of the address
  sealed bytea NOT NULL,  -- the whole address: who has it reads the calendar
  busy_over bigint,  -- seconds from which on being busy is an absence, too
  set_at timestamptz NOT NULL,
  set_by text NOT NULL,
  due_at timestamptz NOT NULL,  -- the next look; while it is under way, the end of its lease
  etag text NOT NULL,
  modified text NOT NULL,
  taken text NOT NULL,  -- hash of the bytes that were taken last, and of the absences they became
  taken_at timestamptz,
  read_at timestamptz,  -- the last look that went well, whether or not anything was new
  said text NOT NULL,  -- what came of the last that was taken
  failures bigint NOT NULL,  -- in a row
  problem text NOT NULL  -- why the last look failed; empty: it did not
);
-- whose turn it is
CREATE INDEX rep_feed_due ON rep_feed (due_at);
