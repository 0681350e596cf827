-- Fair: what a lead is to its owner's load, whom a waiting one waits for, what else moves credit, and credit asked back.

-- [cost in 10^-9 leads, size, [channels of its owner's open tasks]]; empty for a lead no rep has
ALTER TABLE lead ADD COLUMN load TEXT NOT NULL DEFAULT '';
ALTER TABLE lead ADD COLUMN waiting_pool TEXT NOT NULL DEFAULT '';
UPDATE lead SET load = json_array(1000000000, 0, (
    SELECT json_group_array(t.channel) FROM task AS t
    WHERE t.lead_id = lead.id AND t.rep_id = lead.holder_id AND t.state = 'open'))
  WHERE holder_kind = 'rep';
-- who of a pool's leads is next when somebody has room
CREATE INDEX lead_waiting ON lead (waiting_pool, priority DESC, arrived_at, id) WHERE outcome = 'waiting';
-- who of a queue's leads is taken next
CREATE INDEX lead_queued ON lead (holder_id, priority DESC, arrived_at, id) WHERE outcome = 'queued';

-- Loads were numbers of leads: now [leads, cost, neither accepted nor touched, open tasks, size].
UPDATE standing SET data = json_array(CAST(data AS INTEGER), CAST(data AS INTEGER) * 1000000000,
    (SELECT count(*) FROM lead AS l JOIN assignment AS a ON a.lead_id = l.id AND a.epoch = l.epoch
     WHERE l.holder_kind = 'rep' AND 'rep:' || l.holder_id = standing.scope AND l.touched = 0 AND a.accepted_at IS NULL),
    (SELECT count(*) FROM lead AS l JOIN task AS t ON t.lead_id = l.id AND t.rep_id = l.holder_id AND t.state = 'open'
     WHERE l.holder_kind = 'rep' AND 'rep:' || l.holder_id = standing.scope), 0)
  WHERE scope LIKE 'rep:%';

-- Two more kinds of row, the period of pools that count by one, and who is away and will make it up.
CREATE TABLE ledger_now (
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,  -- turned = counted lead, spread = a leaver's credit shared, made-up = a debt of absence paid, returned = credit back, manual
  rep TEXT NOT NULL,
  cost INTEGER NOT NULL,
  eligible TEXT NOT NULL,  -- hash of the eligible set
  decision_id TEXT,
  at TEXT NOT NULL,
  owing TEXT NOT NULL DEFAULT '',  -- hash of the set that will make it up; empty: nobody
  period INTEGER NOT NULL DEFAULT 0,  -- seconds since 1970 at which the period began; 0: does not count by one
  method TEXT NOT NULL DEFAULT 'credit',  -- of the pool, then
  PRIMARY KEY (pool, lane, seq),
  CONSTRAINT kind_known CHECK (kind IN ('turned', 'spread', 'made-up', 'returned', 'manual'))
) STRICT, WITHOUT ROWID;
INSERT INTO ledger_now (pool, lane, seq, kind, rep, cost, eligible, decision_id, at)
  SELECT pool, lane, seq, kind, rep, cost, eligible, decision_id, at FROM ledger;
DROP TABLE ledger;
ALTER TABLE ledger_now RENAME TO ledger;

-- Credit for a turn that somebody must agree to first.
CREATE TABLE credit_request (
  id TEXT NOT NULL PRIMARY KEY,
  lead_id TEXT NOT NULL,
  rep TEXT NOT NULL,
  pool TEXT NOT NULL,
  lane TEXT NOT NULL,
  cost INTEGER NOT NULL,  -- 10^-9 leads
  reason TEXT NOT NULL,
  state TEXT NOT NULL,  -- asked -> given or refused
  asked_at TEXT NOT NULL,
  decision_id TEXT NOT NULL,  -- by which the lead left them
  resolved_at TEXT,
  resolved_by TEXT NOT NULL,
  note TEXT NOT NULL,
  CONSTRAINT state_known CHECK (state IN ('asked', 'given', 'refused'))
) STRICT;
-- what waits for an answer
CREATE INDEX credit_asked ON credit_request (asked_at, id) WHERE state = 'asked';
-- what became of a rep's
CREATE INDEX credit_of_rep ON credit_request (rep, asked_at);
-- what was asked for a lead
CREATE INDEX credit_of_lead ON credit_request (lead_id);

-- Calendars that are read by URL, and how each is doing.
CREATE TABLE rep_feed (
  rep_id TEXT NOT NULL PRIMARY KEY,
  host TEXT NOT NULL,  -- what may be shown of the address
  sealed BLOB NOT NULL,  -- the whole address: who has it reads the calendar
  busy_over INTEGER,  -- seconds from which on being busy is an absence, too
  set_at TEXT NOT NULL,
  set_by TEXT NOT NULL,
  due_at TEXT NOT NULL,  -- the next look; while it is under way, the end of its lease
  etag TEXT NOT NULL,
  modified TEXT NOT NULL,
  taken TEXT NOT NULL,  -- hash of the bytes that were taken last, and of the absences they became
  taken_at TEXT,
  read_at TEXT,  -- the last look that went well, whether or not anything was new
  said TEXT NOT NULL,  -- what came of the last that was taken
  failures INTEGER NOT NULL,  -- in a row
  problem TEXT NOT NULL  -- why the last look failed; empty: it did not
) STRICT;
-- whose turn it is
CREATE INDEX rep_feed_due ON rep_feed (due_at);
