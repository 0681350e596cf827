"""The audit of the base finds what is wrong with its cause and who is to see to it, counts it by day, and changes no lead."""

from datetime import timedelta

import msgspec

from desk.office import PEOPLE, RULES, Office, office
from firstright.core.baseaudit import KINDS
from firstright.core.why.findingwords import TITLES, finding_sentence, remedy
from firstright.desk.arrival import Source, cleaned
from firstright.desk.watch.hygiene import Audited, audit_due
from firstright.storage import alarms, hygiene, profiles
from firstright.storage.profiles import Missed
from routing import MONDAY

DAY = timedelta(days=1)
BERLIN = RULES.replace("when = {}", 'when = { country = "DE" }', 1)


def found(here: Office, *kinds: str) -> list[tuple[str, str, int, str]]:
    with here.desk.read() as tx:
        return [
            (f.kind, f.subject, f.n, f.owner) for f in hygiene.findings(tx) if not kinds or f.kind in kinds
        ]


def audited(here: Office, days: float) -> Audited | None:
    here.at = MONDAY + days * DAY
    return audit_due(here.desk, here.at)


def test_every_kind_has_a_title_a_sentence_and_a_remedy() -> None:
    assert sorted(TITLES) == sorted(KINDS)
    for kind in KINDS:
        assert finding_sentence(kind, "it", 2, {}) != "it: 2."
        assert remedy(kind)


def test_leads_that_nobody_looks_after_are_found_with_their_owner_and_nothing_is_changed(
    database_url: str,
) -> None:
    with office(database_url) as here:
        here.publish(BERLIN)
        anna, ben = here.send("anna"), here.send("ben", country="FR")
        before = here.rows("SELECT * FROM lead ORDER BY id"), here.rows("SELECT count(*) FROM decision")
        audited(here, 40)
        kinds = ("untouched", "no-rule", "no-origin")
        owner = here.lead(anna).holder_id
        assert found(here, *kinds) == [
            ("no-origin", "web", 2, "ops@ours.example"),
            ("no-rule", "rest", 1, "ops@ours.example"),
            ("untouched", owner, 1, "ada"),
        ]
        with here.desk.read() as tx:
            named = hygiene.one(tx, "no-rule", "rest")
        assert named is not None and named.detail.leads == [str(ben["lead"])]
        assert (
            here.rows("SELECT * FROM lead ORDER BY id"),
            here.rows("SELECT count(*) FROM decision"),
        ) == before


def test_what_is_mended_ends_and_the_days_are_counted(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(BERLIN)
        here.send("ben", country="FR")
        first = audited(here, 1)
        assert first is not None and first.leads == 1 and first.findings["no-rule"] == 1
        assert audited(here, 1.5) is None
        here.publish(RULES)
        audited(here, 3)
        assert found(here, "no-rule") == []
        with here.desk.read() as tx:
            trend = [(day.day, n) for day, kind, n in hygiene.trend(tx, here.at, 9) if kind == "no-rule"]
            ended = hygiene.one(tx, "no-rule", "rest")
        assert trend == [(3, 1)]
        assert ended is not None and ended.ended_at is not None


def test_what_comes_back_is_new(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(BERLIN)
        here.send("ben", country="FR")
        audited(here, 1)
        here.publish(RULES)
        audited(here, 3)
        here.publish(BERLIN)
        audited(here, 5)
        with here.desk.read() as tx:
            again = hygiene.one(tx, "no-rule", "rest")
        assert again is not None and (again.first_at.day, again.ended_at) == (7, None)


def test_pools_fields_rules_accounts_and_alarms_are_looked_at(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(
            BERLIN + '\n[fields.budget]\ntype = "number"\n',
            PEOPLE.replace('id = "ada"', 'id = "ada"\nactive = false', 1).replace(
                "pools = {}", "pools = { sdr = 1 }", 1
            ),
        )
        with here.desk.database.write() as tx:
            profiles.add(
                tx,
                {("web", MONDAY, "", "arrived", "intake"): 500, ("web", MONDAY, "country", "filled", ""): 5},
            )
            profiles.add_missed(tx, [Missed("industry", "tvs", 7, MONDAY, MONDAY, {"web"})], MONDAY)
            alarms.raise_alarm(
                tx, here.desk.new_id(), "source-silent", "web", MONDAY, detail={"said": "Silence."}
            )
        audited(here, 8)
        assert found(here, "pool-leavers", "field-not-filled", "alarm-open", "unmapped") == [
            ("alarm-open", "source-silent web", 8, "ops@ours.example"),
            ("field-not-filled", "budget", 500, "ops@ours.example"),
            ("pool-leavers", "sdr", 1, "ops@ours.example"),
            ("unmapped", "industry", 7, "ops@ours.example"),
        ]


SYNONYMS = """
[synonyms.country]
"Team Bavaria" = "DE"
"team tyrol" = "AT"
"tyrol" = "Tirolia"
"""


def test_synonyms_that_contradict_themselves_and_those_no_value_has_are_found(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(BERLIN + SYNONYMS)
        here.desk.warm()
        clean = cleaned({"country": "TEAM Bavaria"}, Source("web"), here.desk.policy, texts=True)
        assert (clean.facts["country"], clean.meant) == ("DE", (("country", "team bavaria"),))
        came = msgspec.structs.replace(here.arrival("anna"), meant=clean.meant)
        here.desk.take_in([came])
        here.desk.profiling.put_down()
        with here.desk.database.write() as tx:
            began, used = profiles.synonyms_used(tx, MONDAY - DAY)
            assert (began, used) == (MONDAY.replace(hour=0), {("country", "team bavaria")})
            profiles.add(tx, {("web", MONDAY + 5 * DAY, "", "arrived", "intake"): 500})
        kinds = ("synonym-wrong", "synonym-unused")
        audited(here, 5)
        assert found(here, *kinds) == [("synonym-wrong", "country", 1, "ops@ours.example")]
        quiet = here.desk.policy.policy.hygiene.quiet_rule.days if here.desk.policy else 0
        with here.desk.database.write() as tx:
            profiles.add(tx, {("web", MONDAY + quiet * DAY, "", "arrived", "intake"): 500})
        audited(here, quiet + 0.1)
        assert found(here, *kinds) == [
            ("synonym-unused", "country", 2, "ops@ours.example"),
            ("synonym-wrong", "country", 1, "ops@ours.example"),
        ]
        with here.desk.read() as tx:
            named = hygiene.one(tx, "synonym-unused", "country")
        assert named is not None
        assert finding_sentence("synonym-unused", "country", named.n, named.detail.more) == (
            f'2 words of [synonyms.country] came in no value in {quiet} days: "team tyrol", "tyrol".'
        )
