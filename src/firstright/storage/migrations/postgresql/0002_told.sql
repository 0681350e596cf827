-- Told and reminded: who accepted, what was missed, what is sent about which decision, and how destinations do.

ALTER TABLE assignment ADD COLUMN accepted_at timestamptz;
ALTER TABLE clock ADD COLUMN missed_at timestamptz;

-- when the decision was, which event it is, what else its text needs; when it was sent
ALTER TABLE delivery ADD COLUMN event text NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN about text NOT NULL DEFAULT '{}';
ALTER TABLE delivery ADD COLUMN decision_id uuid;
ALTER TABLE delivery ADD COLUMN created_at timestamptz;
ALTER TABLE delivery ADD COLUMN sent_at timestamptz;
ALTER TABLE delivery ADD COLUMN deaths bigint NOT NULL DEFAULT 0;  -- workers that died over it
ALTER TABLE delivery ADD COLUMN last_status bigint NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN trace text NOT NULL DEFAULT '';  -- traceparent
-- the rest of a chain, woken when its head is done
CREATE INDEX delivery_behind ON delivery (lead_id, destination) WHERE state = 'behind';
-- what somebody must look at
CREATE INDEX delivery_dead ON delivery (destination, due_at) WHERE state = 'dead';
CREATE INDEX job_dead ON job (due_at) WHERE state = 'dead';
-- alarms that were tried in vain and put off: few, unless something is broken
CREATE INDEX job_failing ON job (due_at) WHERE state = 'ready' AND last_error <> '';
-- leads nothing will ever happen to: empty, unless a promise is broken
CREATE INDEX lead_adrift ON lead (id)
  WHERE next_at IS NULL AND merged_into IS NULL AND outcome NOT IN ('quarantined', 'rejected', 'closed');

ALTER TABLE destination ADD COLUMN paused_until timestamptz;
ALTER TABLE destination ADD COLUMN failures bigint NOT NULL DEFAULT 0;
ALTER TABLE destination ADD COLUMN off_reason text NOT NULL DEFAULT '';
