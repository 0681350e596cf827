"""What is in quarantine becomes the lead it should have been once its map, its source or the policy is mended, once."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chaos.scene import broken, replayed
from desk.files import HEADER, MAP, importing, row
from desk.office import RULES, Office, office
from firstright.core.authority import Actor, Role
from firstright.core.clean.problem import Problem
from firstright.core.replay import Verdict
from firstright.desk.arrival import Arrival
from firstright.desk.errands import carry_out
from firstright.desk.forms import TakeForm
from firstright.desk.quarantine import ReplayAsked, Replayed, replay
from firstright.desk.rereading import RereadAsked, StartRereading
from firstright.desk.sources import Add, Change, Described, change_as
from firstright.errors import NotFound, Refused
from firstright.intake.formsettings import FormField, FormSettings
from firstright.storage import audit, quarantine
from firstright.storage.inbox import Scope

MINUTE = timedelta(minutes=1)
OLGA = Actor("user-olga", "Olga", Role.OPERATIONS)
KIM = Actor("user-kim", "Kim", Role.REP, "kim")
NEEDS_PRODUCT = RULES + '\n[types.any]\nrequired = ["product"]\nquarantine = true\n'
WHEN = "2026-03-02T09:00:00Z"


def aside(here: Office, source: str = "") -> list[tuple[str, str, list[str]]]:
    with here.desk.read() as tx:
        found = quarantine.listed(tx, Scope(OLGA), source=source)
    return [(each.source, each.label, [p.code for p in each.problems]) for each in found]


def names(here: Office) -> list[str]:
    with here.desk.read() as tx:
        return [each.id for each in quarantine.listed(tx, Scope(OLGA))]


def again(here: Office, **asked: object) -> list[Replayed]:
    """One of them, or all of a source or of every source."""
    if "arrival" in asked:
        return [replay(here.desk, ReplayAsked(**asked), OLGA)]  # type: ignore[arg-type]  # its fields
    aside = names(here)[::-1]
    begun = here.desk.act(StartRereading(RereadAsked(**asked), OLGA))  # type: ignore[arg-type]  # its fields
    done = carry_out(here.desk, begun.errand, lambda: here.at + MINUTE, lambda done, of: None)
    with here.desk.read() as tx:
        found = [each for name in aside if (each := quarantine.one(tx, name))]
    assert (done.state, done.done) == ("done", sum(done.counts.values()))
    return [
        Replayed(each.id, each.label, each.lead_id, each.problems)
        for each in found
        if each.label != "duplicate_conflict"
    ]


def outcomes(found: list[Replayed]) -> list[tuple[str, list[str], bool]]:
    return [(each.outcome, [p.code for p in each.problems], each.repeat) for each in found]


def sound(here: Office) -> None:
    assert broken(here.desk.database) == []
    verdicts, wrong = replayed(here.desk.database)
    assert (set(verdicts) - {Verdict.EQUAL}, wrong) == (set(), [])


def test_a_lead_that_lacks_what_its_type_must_say_is_kept_and_let_out_when_the_policy_is_mended(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEEDS_PRODUCT)
        told = here.send("anna", event="e1")
        assert (told["lead"], told["outcome"], told["reason"]) == ("", "quarantined", "type:any")
        assert told["problems"] == [
            {
                "pointer": "/product",
                "code": "required.missing",
                "reason": "is required for this type of lead and was not given",
                "got": "",
            }
        ]
        assert here.send("anna", event="e1") == told
        assert aside(here) == [("web", "quarantined", ["required.missing"])]
        assert outcomes(again(here)) == [("quarantined", ["required.missing"], False)]
        here.publish(RULES)
        [name] = names(here)
        [done] = again(here, arrival=name)
        assert (done.outcome, done.problems, done.repeat) == ("created", (), False)
        assert here.lead({"lead": done.lead}).holder_id == "kim"
        assert aside(here) == []
        assert again(here, arrival=name) == [Replayed(name, "created", done.lead, (), repeat=True)]
        assert again(here) == []
        assert here.send("anna", event="e1")["lead"] == done.lead  # its sender's repeat is one of this
        with here.desk.read() as tx:
            [row_] = audit.of(tx, "arrival", name)
        assert (row_.actor, row_.action) == ("user-olga", "replay-arrival")
        assert json.loads(row_.data) == {
            "source": "web",
            "lead": done.lead,
            "problems": ["required.missing"],
        }
        sound(here)


def test_a_lead_that_says_it_is_none_of_its_business(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEEDS_PRODUCT)
        assert here.send("anna", product="arm")["outcome"] == "owner"
        assert here.send("anna")["reason"] == "repeat-enquiry"  # whom we have is never put aside
        assert aside(here) == []


def test_without_quarantine_what_is_lacking_is_only_told(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEEDS_PRODUCT.replace("quarantine = true", ""))
        told = here.send("anna")
        assert told["outcome"] == "owner"
        assert [p["code"] for p in told["problems"]] == ["required.missing"]  # type: ignore[index,attr-defined]  # JSON
        assert [p["code"] for p in json.loads(here.lead(told).problems)] == ["required.missing"]


def test_a_row_of_a_file_is_read_under_the_map_its_source_has_by_now(database_url: str) -> None:
    with office(database_url) as here:
        importing(here.desk, HEADER + row("anna") + f"Ben,,,030 901820,{WHEN}\n" + "Cleo,x\n").run()
        assert sorted(aside(here, "fair")) == [
            ("fair", "quarantined", ["csv.column_count"]),
            ("fair", "quarantined", ["lead.no_contact"]),
        ]
        assert {outcome for outcome, _, _ in outcomes(again(here))} == {"quarantined"}
        other = MAP.replace('"Intent" = "intent"', '"Intent" = "phone"').replace('"Phone" = "phone"\n', "")
        importing(here.desk, HEADER + row("dora"), map_text=other).run()
        assert sorted(outcomes(again(here))) == [
            ("created", [], False),
            ("quarantined", ["csv.column_count"], False),
        ]
        records = here.rows(
            "SELECT line, outcome, lead_id IS NULL FROM import_record ORDER BY import_id, line"
        )
        assert [(line, outcome, bool(none)) for line, outcome, none in records] == [
            (1, "created", False),
            (2, "created", False),
            (3, "quarantined", True),
            (1, "created", False),
        ]
        sound(here)


FORM = Described(
    "contact",
    form=FormSettings(
        fields=(
            FormField("Your e-mail", "Your e-mail", "email"),
            FormField("Telephone", "Telephone", "tel"),
        )
    ),
    map='[source]\nname = "contact"\n\n[columns]\n"Your e-mail" = "email"\n',
    country="DE",
)


def sent(here: Office, event: str, fields: dict[str, str]) -> None:
    body = urlencode(fields).encode()
    arrival = Arrival(
        "contact",
        event,
        event,
        body,
        {},
        (Problem("", "lead.no_contact", "x", ""),),
        "application/x-www-form-urlencoded",
    )
    here.desk.writer.submit(TakeForm(arrival, aside=True)).result()


def test_a_form_is_read_under_the_map_its_source_has_by_now(database_url: str) -> None:
    with office(database_url) as here:
        change_as(here.desk, Add(FORM), OLGA)
        sent(here, "one", {"Telephone": "030 901820"})
        assert outcomes(again(here, source="contact")) == [("quarantined", ["lead.no_contact"], False)]
        mended = FORM.map + '"Telephone" = "phone"\n'
        change_as(here.desk, Change(Described("contact", form=FORM.form, map=mended, country="DE")), OLGA)
        [done] = again(here, source="contact")
        assert done.outcome == "created"
        assert json.loads(here.lead({"lead": done.lead}).facts)["phone"] == "+4930901820"
        sound(here)


def test_what_only_a_machine_does_is_let_out_by_who_says_it_was_a_person(database_url: str) -> None:
    with office(database_url) as here:
        change_as(here.desk, Add(FORM), OLGA)
        sent(here, "one", {"Your e-mail": "kim@acme.example", FORM.form.honeypot: "x"})
        assert outcomes(again(here)) == [("quarantined", ["junk.honeypot"], False)]
        [name] = names(here)
        assert outcomes(again(here, arrival=name)) == [("quarantined", ["junk.honeypot"], False)]
        assert outcomes(again(here, arrival=name, anyway=True)) == [("created", [], False)]


def test_a_person_we_have_by_now_is_not_made_twice(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(NEEDS_PRODUCT)
        here.send("anna")
        lead = here.send("anna", product="arm")["lead"]
        [done] = again(here)
        assert (done.outcome, done.lead) == ("merged", lead)
        sound(here)


def test_only_who_may_edit_sources_lets_anything_out_and_what_never_came_is_not_found(
    database_url: str,
) -> None:
    with office(database_url) as here:
        with pytest.raises(Refused):
            replay(here.desk, ReplayAsked(), KIM)
        with pytest.raises(Refused):
            here.desk.act(StartRereading(RereadAsked(), KIM))
        with pytest.raises(NotFound):
            again(here, arrival="018f0000-0000-7000-8000-000000000000")
        with here.desk.read() as tx:
            assert quarantine.listed(tx, Scope(KIM)) == []
