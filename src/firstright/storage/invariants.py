"""What must hold in every committed snapshot, as queries that find the rows where it does not. They mend nothing.

A constraint says most of this first; here it is said again, so that a lost constraint or a restored file is noticed.
"""

from collections.abc import Iterable
from typing import NamedTuple

from firstright.storage.check import Check, check, listed
from firstright.storage.milechecks import MILE
from firstright.storage.schema.intake import LABELS
from firstright.storage.schema.leads import ENDED
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx


class Violation(NamedTuple):
    """Rows for which a check does not hold: the first twenty of them."""

    check: Check
    rows: list[Row]


# Whole tables are read: that takes as long as it takes, and a nested loop, which a small limit makes look cheap, for ever.
_PATIENT = Statement(
    "SELECT 1",
    postgresql="SELECT set_config('statement_timeout', '0', true), set_config('enable_nestloop', 'off', true)",
)


def run(tx: Tx, checks: Iterable[Check] | None = None) -> list[Violation]:
    """Every violation in this snapshot. Reads whole tables: minutes on millions of leads."""
    tx.all(_PATIENT)
    found = [Violation(check, tx.all(check.statement)) for check in (CHECKS if checks is None else checks)]
    return [violation for violation in found if violation.rows]


ACTIVE = f"l.merged_into IS NULL AND l.outcome NOT IN ({listed(ENDED)})"
# Those not decided about yet are told apart when they are.
_OPEN = (
    "l.merged_into IS NULL AND l.outcome NOT IN ('pending', 'rejected', 'nurture', 'closed', 'quarantined')"
)
# Over a ledger whose eligible set never changed, a rep's count is its share of the whole, within one lead: by credit, and
# where all leads cost the same. Other methods promise other things.
_FAIR = """WITH steady AS (
         SELECT pool, lane, min(eligible) AS eligible, count(*) AS n FROM ledger GROUP BY pool, lane
         HAVING count(DISTINCT eligible) = 1 AND min(kind) = 'turned' AND max(kind) = 'turned'
           AND min(cost) = max(cost) AND min(method) = max(method) AND min(method) IN ('credit', 'performance')),
       shares AS (
         SELECT s.pool, s.lane, s.n, {rep} AS rep, {weight} AS weight
         FROM steady AS s JOIN eligible_set AS e ON e.hash = s.eligible CROSS JOIN {each}),
       counted AS (
         SELECT s.*, sum(weight) OVER (PARTITION BY pool, lane) AS total,
                (SELECT count(*) FROM ledger AS l WHERE l.pool = s.pool AND l.lane = s.lane AND l.rep = s.rep) AS won
         FROM shares AS s)
       SELECT pool, lane, rep, won, n, weight, total FROM counted WHERE abs(won * total - n * weight) > total"""

# [leads, cost, neither accepted nor touched, open tasks, size] of every rep: what stands, and what their leads come to.
# Of a lead from before this was kept: one lead, no tasks.
_LOAD = """(CASE WHEN l.load = '' THEN '[1000000000,0,[]]' ELSE l.load END)"""
_PARTS = ("leads", "cost", "queue", "tasks", "size")
# An open offer counts to whom it is made as the lead would: two of them cannot fill one place.
_HELD = """WITH each AS (
         SELECT l.holder_id AS rep, {cost} AS cost,
           CASE WHEN l.touched OR a.accepted_at IS NOT NULL THEN 0 ELSE 1 END AS queue,
           {tasks} AS tasks, {size} AS size
         FROM lead AS l JOIN assignment AS a ON a.lead_id = l.id AND a.ended_at IS NULL
         WHERE a.holder_kind = 'rep'
         UNION ALL
         SELECT o.rep_id, coalesce({offer_cost}, 1000000000), 1, 0, coalesce({offer_size}, 0)
         FROM offer AS o JOIN lead AS l ON l.id = o.lead_id WHERE o.state = 'offered' AND o.to_kind = 'rep'),
       held AS (
         SELECT rep, count(*) AS leads, sum(cost) AS cost, sum(queue) AS queue, sum(tasks) AS tasks, sum(size) AS size
         FROM each GROUP BY rep),
       stands AS (SELECT substr(s.scope, 5) AS rep, s.data FROM standing AS s WHERE substr(s.scope, 1, 4) = 'rep:'),
       told AS (SELECT s.rep, {leads_} AS leads, {cost_} AS cost, {queue_} AS queue, {tasks_} AS tasks, {size_} AS size
                FROM stands AS s)
       SELECT coalesce(h.rep, t.rep), h.leads, t.leads, h.cost, t.cost, h.queue, t.queue, h.tasks, t.tasks, h.size, t.size
       FROM held AS h FULL JOIN told AS t ON t.rep = h.rep
       WHERE coalesce(h.leads, 0) <> coalesce(t.leads, 0) OR coalesce(h.cost, 0) <> coalesce(t.cost, 0)
         OR coalesce(h.queue, 0) <> coalesce(t.queue, 0) OR coalesce(h.tasks, 0) <> coalesce(t.tasks, 0)
         OR coalesce(h.size, 0) <> coalesce(t.size, 0)"""
_TASKS = """SELECT l.id, l.load FROM lead AS l WHERE l.holder_kind = 'rep' AND {tasks} <> (
         SELECT count(*) FROM task AS t WHERE t.lead_id = l.id AND t.rep_id = l.holder_id AND t.state = 'open')"""

# Turns, spreads and debts of absence move credit from one to another: only what is given makes it more.
_SUM = """SELECT f.scope, f.credit, f.given FROM (
         SELECT s.scope, {credit} AS credit, coalesce(g.given, 0) AS given FROM standing AS s
         LEFT JOIN (SELECT 'pool:' || pool || ':' || lane AS scope, sum(cost) AS given FROM ledger
                    WHERE kind IN ('returned', 'manual') GROUP BY pool, lane) AS g ON g.scope = s.scope
         WHERE substr(s.scope, 1, 5) = 'pool:') AS f
       WHERE f.credit <> f.given"""

CHECKS = (
    check(
        "one-outcome-per-event",
        "I-2",
        "an event has more than one arrival",
        "SELECT source, event_id, count(*) FROM arrival GROUP BY source, event_id HAVING count(*) > 1",
    ),
    check(
        "acknowledged-leads-exist",
        "I-1",
        "an arrival was answered with a lead that is not there",
        """SELECT a.id, a.label, a.lead_id FROM arrival AS a LEFT JOIN lead AS l ON l.id = a.lead_id
           WHERE l.id IS NULL AND (a.lead_id IS NOT NULL OR a.label IN ('created', 'merged', 'pending'))""",
    ),
    check(
        "arrivals-are-labelled",
        "I-4",
        "an arrival has no label of the list",
        f"SELECT id, label FROM arrival WHERE label NOT IN ({listed(LABELS)})",
    ),
    check(
        "one-birth-per-lead",
        "I-4",
        "a lead was created by more than one arrival",
        """SELECT lead_id, count(*) FROM arrival WHERE label IN ('created', 'pending')
           GROUP BY lead_id HAVING count(*) > 1""",
    ),
    check(
        "arrivals-were-decided",
        "I-2",
        "an arrival was answered as decided, and no decision about its lead was",
        """SELECT a.id, a.label, a.lead_id, d.lead_id FROM arrival AS a
           LEFT JOIN decision AS d ON d.trigger_id = CAST(a.id AS TEXT)
           WHERE a.label IN ('created', 'merged') AND (d.lead_id IS NULL OR d.lead_id <> a.lead_id)""",
    ),
    check(
        "leads-arrived",
        "I-4",
        "a lead came with no arrival",
        """SELECT l.id FROM lead AS l LEFT JOIN arrival AS a ON a.lead_id = l.id WHERE a.id IS NULL""",
    ),
    check(
        "one-person-one-lead",
        "I-7",
        "two leads being worked share a personal key",
        f"""SELECT k.kind, k.value, count(*) FROM match_key AS k JOIN lead AS l ON l.id = k.id
            WHERE k.entity = 'lead' AND k.kind IN ('external', 'email', 'phone') AND {_OPEN}
            GROUP BY k.kind, k.value HAVING count(*) > 1""",
    ),
    check(
        "merged-leads-say-by-what",
        "I-7",
        "a lead is part of another by no merge in force, or is not although one is",
        """SELECT coalesce(l.id, m.child), l.merged_into, m.master
           FROM (SELECT id, merged_into FROM lead WHERE merged_into IS NOT NULL) AS l
           FULL JOIN (SELECT child, master FROM merge WHERE undone_at IS NULL) AS m ON m.child = l.id
           WHERE l.id IS NULL OR m.child IS NULL OR l.merged_into <> m.master""",
    ),
    check(
        "merged-leads-are-with-nobody",
        "I-8",
        "a lead that is part of another is still with somebody",
        "SELECT id, merged_into, holder_kind, holder_id FROM lead WHERE merged_into IS NOT NULL AND holder_kind <> 'none'",
    ),
    check(
        "one-holder-at-a-time",
        "I-8",
        "a lead has not exactly one holder",
        """SELECT l.id, count(a.epoch) FROM lead AS l LEFT JOIN assignment AS a ON a.lead_id = l.id AND a.ended_at IS NULL
           GROUP BY l.id HAVING count(a.epoch) <> 1""",
    ),
    check(
        "epochs-without-gap",
        "I-8",
        "a lead's holders are not numbered 1, 2, 3",
        """SELECT lead_id, min(epoch), max(epoch), count(*) FROM assignment
           GROUP BY lead_id HAVING min(epoch) <> 1 OR max(epoch) <> count(*)""",
    ),
    check(
        "holders-do-not-overlap",
        "I-8",
        "a holder began before the one before ended",
        """SELECT a.lead_id, a.epoch FROM assignment AS a JOIN assignment AS b
           ON b.lead_id = a.lead_id AND b.epoch = a.epoch + 1 WHERE a.ended_at IS NULL OR a.ended_at > b.started_at""",
    ),
    check(
        "lead-names-its-holder",
        "I-8",
        "a lead names another holder than its history does",
        """SELECT l.id, l.epoch, l.holder_kind, l.holder_id, a.epoch, a.holder_kind, a.holder_id
           FROM lead AS l JOIN assignment AS a ON a.lead_id = l.id AND a.ended_at IS NULL
           WHERE a.epoch <> l.epoch OR a.holder_kind <> l.holder_kind OR a.holder_id <> l.holder_id""",
    ),
    check(
        "holders-follow-from-decisions",
        "I-8",
        "somebody holds a lead by no decision",
        """SELECT a.lead_id, a.epoch, a.decision_id FROM assignment AS a
           LEFT JOIN decision AS d ON d.id = a.decision_id WHERE a.holder_kind <> 'none' AND d.id IS NULL""",
    ),
    check(
        "one-decision-per-trigger",
        "I-9",
        "a trigger was decided more than once",
        "SELECT lead_id, trigger_id, count(*) FROM decision GROUP BY lead_id, trigger_id HAVING count(*) > 1",
    ),
    check(
        "decisions-name-published-versions",
        "I-11",
        "a decision names a policy or roster version that was never published",
        """SELECT d.id, d.policy_version, d.roster_version FROM decision AS d
           LEFT JOIN policy_version AS p ON p.version = d.policy_version
           LEFT JOIN roster_version AS r ON r.version = d.roster_version
           WHERE p.version IS NULL OR r.version IS NULL""",
    ),
    check(
        "versions-never-go-back",
        "I-11",
        "a decision used an older version than the one before it",
        """SELECT id, turn, seq FROM (SELECT id, turn, seq, policy_version, roster_version,
             lag(policy_version) OVER w AS policy_before, lag(roster_version) OVER w AS roster_before
             FROM decision WINDOW w AS (ORDER BY turn, seq)) AS d
           WHERE policy_version < policy_before OR roster_version < roster_before""",
    ),
    check(
        "decisions-have-a-turn",
        "I-11",
        "a decision belongs to a turn that was never taken",
        "SELECT id, turn FROM decision WHERE turn > (SELECT n FROM turn)",
    ),
    check(
        "a-next-instant",
        "I-12",
        "a lead that has not ended has no next instant",
        f"SELECT l.id, l.outcome FROM lead AS l WHERE l.next_at IS NULL AND {ACTIVE}",
    ),
    check(
        "an-alarm-for-it",
        "I-12",
        "a lead that has not ended has no job that will wake it",
        f"""SELECT l.id, l.outcome, l.next_at FROM lead AS l WHERE {ACTIVE} AND NOT EXISTS (
            SELECT 1 FROM job AS j WHERE j.lead_id = l.id AND j.state = 'ready') AND NOT EXISTS (
            SELECT 1 FROM job AS j WHERE j.lead_id = l.id AND j.state = 'leased')""",
    ),
    check(
        "ledger-without-gap",
        "I-13",
        "a ledger's rows are not numbered 1, 2, 3",
        """SELECT pool, lane, min(seq), max(seq), count(*) FROM ledger
           GROUP BY pool, lane HAVING min(seq) <> 1 OR max(seq) <> count(*)""",
    ),
    check(
        "standing-at-the-end-of-its-ledger",
        "I-13",
        "a rotation's standing is not that after its last row",
        """SELECT l.pool, l.lane, l.last, s.data FROM
             (SELECT pool, lane, max(seq) AS last FROM ledger GROUP BY pool, lane) AS l
           LEFT JOIN standing AS s ON s.scope = 'pool:' || l.pool || ':' || l.lane
           WHERE s.scope IS NULL OR s.data ->> 0 <> l.last""",
        """SELECT l.pool, l.lane, l.last, s.data FROM
             (SELECT pool, lane, max(seq) AS last FROM ledger GROUP BY pool, lane) AS l
           LEFT JOIN standing AS s ON s.scope = 'pool:' || l.pool || ':' || l.lane
           WHERE s.scope IS NULL OR (s.data::json ->> 0)::bigint <> l.last""",
    ),
    check(
        "credits-sum-to-what-was-given",
        "I-13",
        "a rotation's credits do not sum to what was given back and adjusted by hand",
        _SUM.format(credit="(SELECT sum(value) FROM json_each(s.data, '$[2]'))"),
        _SUM.format(
            credit="(SELECT sum(c.value::bigint) FROM json_array_elements_text(s.data::json -> 2) AS c (value))"
        ),
    ),
    check(
        "credit-is-given-back-once",
        "I-13",
        "more or less credit was given back than was asked for",
        """SELECT coalesce(l.rep, r.rep), coalesce(l.pool, r.pool), coalesce(l.lane, r.lane), l.n, r.n FROM
             (SELECT rep, pool, lane, count(*) AS n FROM ledger WHERE kind = 'returned' GROUP BY rep, pool, lane) AS l
           FULL JOIN (SELECT rep, pool, lane, count(*) AS n FROM credit_request WHERE state = 'given'
                      GROUP BY rep, pool, lane) AS r ON r.rep = l.rep AND r.pool = l.pool AND r.lane = l.lane
           WHERE coalesce(l.n, 0) <> coalesce(r.n, 0)""",
    ),
    check(
        "fair-within-one",
        "I-13",
        "a rep of a steady pool is more than one lead from their share",
        _FAIR.format(rep="j.value ->> 0", weight="j.value ->> 1", each="json_each(e.members) AS j"),
        _FAIR.format(
            rep="j ->> 0",
            weight="(j ->> 1)::bigint",
            each="LATERAL json_array_elements(e.members::json) AS j",
        ),
    ),
    check(
        "load-is-what-is-held",
        "I-14",
        "a rep's load is not what the leads they hold come to",
        _HELD.format(
            cost=f"json_extract({_LOAD}, '$[0]')",
            size=f"json_extract({_LOAD}, '$[1]')",
            tasks=f"json_array_length({_LOAD}, '$[2]')",
            offer_cost="json_extract(nullif(l.mile, ''), '$.offer.cost')",
            offer_size="json_extract(nullif(l.mile, ''), '$.offer.size')",
            **{f"{name}_": f"s.data ->> {i}" for i, name in enumerate(_PARTS)},
        ),
        _HELD.format(
            cost=f"({_LOAD}::json ->> 0)::bigint",
            size=f"({_LOAD}::json ->> 1)::bigint",
            tasks=f"json_array_length({_LOAD}::json -> 2)",
            offer_cost="(nullif(l.mile, '')::json -> 'offer' ->> 'cost')::bigint",
            offer_size="(nullif(l.mile, '')::json -> 'offer' ->> 'size')::bigint",
            **{f"{name}_": f"(s.data::json ->> {i})::bigint" for i, name in enumerate(_PARTS)},
        ),
    ),
    check(
        "tasks-in-hand-are-open-tasks",
        "I-14",
        "a lead counts other tasks to its owner's load than are open",
        _TASKS.format(tasks=f"json_array_length({_LOAD}, '$[2]')"),
        _TASKS.format(tasks=f"json_array_length({_LOAD}::json -> 2)"),
    ),
    check(
        "deliveries-follow-from-a-holder",
        "I-24",
        "a delivery belongs to a lead or holder that is not there",
        """SELECT d.id, d.lead_id, d.epoch FROM delivery AS d LEFT JOIN lead AS l ON l.id = d.lead_id
           LEFT JOIN assignment AS a ON a.lead_id = d.lead_id AND a.epoch = d.epoch
           WHERE d.lead_id IS NOT NULL AND (l.id IS NULL OR (d.epoch IS NOT NULL AND a.lead_id IS NULL))""",
    ),
    check(
        "ledger-follows-from-decisions",
        "I-24",
        "a row of a ledger was never decided, nor written by hand",
        """SELECT l.pool, l.lane, l.seq, l.kind FROM ledger AS l LEFT JOIN decision AS d ON d.id = l.decision_id
           WHERE l.kind <> 'manual' AND d.id IS NULL""",
    ),
    check(
        "the-winner-has-the-lead",
        "I-24",
        "a lead was counted for another rep than it went to",
        """SELECT l.pool, l.lane, l.seq, l.rep, d.holder_id FROM ledger AS l JOIN decision AS d ON d.id = l.decision_id
           WHERE l.kind = 'turned' AND d.holder_id <> l.rep AND NOT EXISTS (
             SELECT 1 FROM offer AS o WHERE o.decision_id = d.id AND o.rep_id = l.rep)""",
    ),
    check(
        "ledger-names-its-set",
        "I-10",
        "a counted lead names an eligible set that is not there",
        """SELECT l.pool, l.lane, l.seq, l.eligible FROM ledger AS l LEFT JOIN eligible_set AS e ON e.hash = l.eligible
           WHERE l.kind = 'turned' AND e.hash IS NULL""",
    ),
    check(
        "decisions-are-audited-once",
        "I-37",
        "a decision has not exactly one audit row",
        # In the join, the kind would have SQLite take an index of it and walk all leads' rows for each decision.
        """SELECT d.id, count(CASE a.subject_kind WHEN 'lead' THEN 1 END) FROM decision AS d
           LEFT JOIN audit AS a ON a.decision_id = d.id
           GROUP BY d.id HAVING count(CASE a.subject_kind WHEN 'lead' THEN 1 END) <> 1""",
    ),
    check(
        "audit-names-decisions",
        "I-37",
        "an audit row names a decision that is not there",
        """SELECT a.id, a.decision_id FROM audit AS a LEFT JOIN decision AS d ON d.id = a.decision_id
           WHERE a.decision_id IS NOT NULL AND d.id IS NULL""",
    ),
    *MILE,
)
