"""What must hold of the way from an owner to an outcome: offers, clocks, tasks, sequences, meetings, messages. Queries only."""

from firstright.storage.check import check
from firstright.storage.repairchecks import REPAIRS

# What a lead carries of its offer, as it is stored with it.
_CARRIED = """SELECT o.lead_id, l.id, o.rep_id, l.carried FROM (SELECT id, CASE mile WHEN '' THEN NULL ELSE {carried} END AS carried FROM lead) AS l
       FULL JOIN (SELECT lead_id, rep_id FROM offer WHERE state = 'offered') AS o ON o.lead_id = l.id
       WHERE coalesce(l.carried, '') <> coalesce(o.rep_id, '')"""

MILE = (
    check(
        "one-open-offer",
        "I-17",
        "a lead is offered to more than one at a time",
        "SELECT lead_id, count(*) FROM offer WHERE state = 'offered' GROUP BY lead_id HAVING count(*) > 1",
    ),
    check(
        "a-lead-knows-its-offer",
        "I-17",
        "a lead is offered to another than it says itself",
        _CARRIED.format(carried="json_extract(mile, '$.offer.to.id')"),
        _CARRIED.format(carried="mile::json #>> '{offer,to,id}'"),
    ),
    check(
        "offers-are-of-the-holder",
        "I-21",
        "an open offer was made by an earlier holder",
        """SELECT o.lead_id, o.epoch, l.epoch FROM offer AS o JOIN lead AS l ON l.id = o.lead_id
           WHERE o.state = 'offered' AND o.epoch <> l.epoch""",
    ),
    check(
        "an-answered-offer-has-its-time",
        "I-21",
        "an offer is over without an instant, or open with one",
        """SELECT id, lead_id, state, answered_at FROM offer
           WHERE (state = 'offered' AND answered_at IS NOT NULL) OR (state <> 'offered' AND answered_at IS NULL)""",
    ),
    check(
        "no-task-of-an-earlier-holder",
        "I-27",
        "a task of an earlier holder is still open",
        """SELECT t.id, t.lead_id, t.epoch, l.epoch FROM task AS t JOIN lead AS l ON l.id = t.lead_id
           WHERE t.state = 'open' AND t.epoch <> l.epoch""",
    ),
    check(
        "no-clock-of-an-earlier-holder",
        "I-21",
        "a clock of an earlier holder still runs",
        """SELECT c.id, c.lead_id, c.clock, c.epoch, l.epoch FROM clock AS c JOIN lead AS l ON l.id = c.lead_id
           WHERE c.state IN ('running', 'paused') AND c.clock <> 'speed-to-lead' AND c.epoch <> l.epoch""",
    ),
    check(
        "no-clock-of-an-earlier-cycle",
        "I-21",
        "a clock of an earlier cycle still runs",
        """SELECT c.id, c.lead_id, c.clock, c.cycle, l.cycle FROM clock AS c JOIN lead AS l ON l.id = c.lead_id
           WHERE c.state IN ('running', 'paused') AND c.cycle <> l.cycle""",
    ),
    check(
        "no-alarm-of-an-earlier-holder",
        "I-21",
        "an alarm of an earlier holder is still set",
        """SELECT j.id, j.lead_id, j.kind, j.guard_epoch, l.epoch FROM job AS j JOIN lead AS l ON l.id = j.lead_id
           WHERE j.state = 'ready' AND j.guard_epoch < l.epoch""",
    ),
    check(
        "no-message-of-an-earlier-holder",
        "I-27",
        "a message of an earlier holder is still to be sent",
        """SELECT d.id, d.lead_id, d.epoch, l.epoch FROM delivery AS d JOIN lead AS l ON l.id = d.lead_id
           WHERE d.state IN ('ready', 'behind') AND d.epoch < l.epoch""",
    ),
    check(
        "no-draft-of-an-earlier-holder",
        "I-27",
        "a draft of an earlier holder can still be sent",
        """SELECT d.id, d.lead_id, d.epoch, l.epoch FROM draft AS d JOIN lead AS l ON l.id = d.lead_id
           WHERE d.state = 'ready' AND d.epoch < l.epoch""",
    ),
    check(
        "never-early",
        "I-18",
        "a deadline was called missed before it was due",
        "SELECT id, lead_id, clock, due_at, missed_at FROM clock WHERE state = 'missed' AND missed_at < due_at",
    ),
    check(
        "met-or-missed",
        "I-19",
        "a clock is met without an instant, or missed without one",
        """SELECT id, lead_id, clock, state FROM clock WHERE (state = 'met' AND met_at IS NULL)
           OR (state = 'missed' AND met_at IS NULL AND missed_at IS NULL)""",
    ),
    check(
        "a-running-clock-will-ring",
        "I-19",
        "a clock runs and no alarm will ever ring it",
        """SELECT c.id, c.lead_id, c.clock FROM clock AS c JOIN lead AS l ON l.id = c.lead_id
           WHERE c.state = 'running' AND l.merged_into IS NULL AND c.warnings <> '[]' AND NOT EXISTS (
             SELECT 1 FROM job AS j WHERE j.lead_id = c.lead_id AND j.kind = 'clock' AND j.state = 'ready') AND NOT EXISTS (
             SELECT 1 FROM job AS j WHERE j.lead_id = c.lead_id AND j.kind = 'clock' AND j.state = 'leased')""",
    ),
    check(
        "a-sequence-goes-on",
        "I-12",
        "a sequence runs and no job will do its next step",
        """SELECT e.id, e.lead_id, e.sequence FROM enrolment AS e WHERE e.state = 'running' AND NOT EXISTS (
             SELECT 1 FROM job AS j WHERE j.lead_id = e.lead_id AND j.kind = 'step' AND j.state = 'ready') AND NOT EXISTS (
             SELECT 1 FROM job AS j WHERE j.lead_id = e.lead_id AND j.kind = 'step' AND j.state = 'leased')""",
    ),
    check(
        "no-sequence-of-an-earlier-holder",
        "I-27",
        "a sequence of an earlier holder still runs",
        """SELECT e.id, e.lead_id, e.epoch, l.epoch FROM enrolment AS e JOIN lead AS l ON l.id = e.lead_id
           WHERE e.state = 'running' AND e.epoch <> l.epoch""",
    ),
    check(
        "one-step-once",
        "I-19",
        "a step of a sequence was done twice",
        """SELECT enrolment_id, step, count(*) FROM outreach_note
           WHERE what IN ('sent', 'asked', 'skipped') AND enrolment_id IS NOT NULL
           GROUP BY enrolment_id, step HAVING count(*) > 1""",
    ),
    check(
        "nobody-meets-two-at-once",
        "I-15",
        "a rep is booked for two meetings at once",
        """SELECT a.id, b.id, a.rep_id FROM meeting AS a JOIN meeting AS b
           ON b.rep_id = a.rep_id AND b.id > a.id AND b.since_at < a.until_at AND b.until_at > a.since_at
           WHERE a.state = 'booked' AND b.state = 'booked'""",
    ),
    check(
        "messages-follow-from-decisions",
        "I-24",
        "a message names a decision that is not there",
        """SELECT d.id, d.lead_id, d.decision_id FROM delivery AS d LEFT JOIN decision AS e ON e.id = d.decision_id
           WHERE d.decision_id IS NOT NULL AND e.id IS NULL""",
    ),
    check(
        "one-attempt-a-chain",
        "I-26",
        "two messages about a lead are on their way to one place at once",
        """SELECT lead_id, destination, count(*) FROM delivery WHERE state = 'leased' AND lead_id IS NOT NULL
           GROUP BY lead_id, destination HAVING count(*) > 1""",
    ),
    check(
        "touches-are-of-a-holder",
        "I-37",
        "a touch belongs to a holder who never was",
        """SELECT t.id, t.lead_id, t.epoch FROM touch AS t LEFT JOIN assignment AS a
           ON a.lead_id = t.lead_id AND a.epoch = t.epoch WHERE a.lead_id IS NULL AND t.epoch > 0""",
    ),
    check(
        "an-event-is-told-once",
        "I-2",
        "an event of a hook was taken without a lead, or is aside with one",
        """SELECT id, hook, event_id, state, lead_id FROM hook_event
           WHERE (state = 'taken' AND lead_id IS NULL) OR (state <> 'taken' AND lead_id IS NOT NULL)""",
    ),
    check(
        "leads-are-counted-where-they-stand",
        "I-4",
        "a status is said to hold more or fewer leads than stand in it",
        """SELECT coalesce(c.status, l.status), c.leads, l.leads FROM lead_count AS c FULL JOIN (
             SELECT status, count(*) AS leads FROM lead WHERE merged_into IS NULL GROUP BY status) AS l ON l.status = c.status
           WHERE coalesce(c.leads, 0) <> coalesce(l.leads, 0)""",
    ),
    *REPAIRS,
)
