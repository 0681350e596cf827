"""What must hold of leads that changed hands and of repairs, as queries that find the rows where it does not."""

from firstright.storage.check import check

REPAIRS = (
    check(
        "a-saga-is-of-a-holder",
        "I-27",
        "what became of an earlier holder's work is told under a holder who never was",
        """SELECT r.lead_id, r.epoch FROM reassigned AS r
           LEFT JOIN assignment AS a ON a.lead_id = r.lead_id AND a.epoch = r.epoch
           WHERE a.lead_id IS NULL OR a.holder_id <> r.now_id OR r.epoch < 2""",
    ),
    check(
        "repaired-once",
        "I-9",
        "a lead of a repair was decided by no decision of it, or by more than one",
        """SELECT r.repair_id, r.lead_id, r.state, count(d.id) FROM repaired AS r
           LEFT JOIN decision AS d ON d.lead_id = r.lead_id AND d.trigger_id = 'repair:' || CAST(r.repair_id AS TEXT)
           WHERE r.decision_id IS NOT NULL OR d.id IS NOT NULL
           GROUP BY r.repair_id, r.lead_id, r.state, r.decision_id
           HAVING count(d.id) <> 1 OR r.decision_id IS NULL OR max(CAST(d.id AS TEXT)) <> CAST(r.decision_id AS TEXT)""",
    ),
    check(
        "a-repair-that-is-done-leaves-nothing",
        "I-12",
        "a repair is done and has leads that nobody decided",
        """SELECT r.id, d.lead_id FROM repair AS r JOIN repaired AS d ON d.repair_id = r.id
           WHERE r.state = 'done' AND d.state = 'waiting'""",
    ),
    check(
        "a-repair-goes-on",
        "I-12",
        "a repair is under way and no job will go on with it",
        """SELECT r.id FROM repair AS r WHERE r.state = 'running' AND NOT EXISTS (
             SELECT 1 FROM job AS j WHERE j.ref_id = CAST(r.id AS TEXT) AND j.cause = 'corrected'
             AND j.state IN ('ready', 'leased', 'dead'))""",
    ),
)
