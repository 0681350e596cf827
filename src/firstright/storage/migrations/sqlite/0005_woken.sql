-- Woken: leads that waited before there were lines stand in none. Each is decided again at once, which puts it into one.
UPDATE lead SET next_at = arrived_at
  WHERE outcome = 'waiting' AND waiting_pool = '' AND EXISTS (
    SELECT 1 FROM job AS j WHERE j.lead_id = lead.id AND j.state = 'ready' AND j.kind = 'decide'
      AND j.cause IN ('capacity-freed', 'hours-opened'));
UPDATE job SET due_at = (SELECT l.arrived_at FROM lead AS l WHERE l.id = job.lead_id)
  WHERE state = 'ready' AND kind = 'decide' AND cause IN ('capacity-freed', 'hours-opened')
    AND lead_id IN (SELECT id FROM lead WHERE outcome = 'waiting' AND waiting_pool = '');
