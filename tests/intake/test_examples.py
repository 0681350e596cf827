"""The example leads, their map and their generator: what the docs show is what these read."""

import runpy
from collections import Counter
from pathlib import Path

import pytest

from firstright.core.clean.normalize import normalize
from firstright.core.documents.policyfile import read_policy
from firstright.intake.csvfile import Sheet, inspect, read
from firstright.intake.fieldmap import FieldMap, read_map
from firstright.intake.mapping import Mapped, apply_map, check_header

EXAMPLES = Path(__file__).parents[2] / "examples"
LEADS = EXAMPLES / "leads" / "inbound.csv"


def _map() -> FieldMap:
    found, findings = read_map((EXAMPLES / "maps" / "inbound.toml").read_text("utf-8"))
    assert found is not None
    assert findings == ()
    return found


def _mapped() -> tuple[list[Mapped], Counter[str]]:
    fieldmap = _map()
    with LEADS.open("rb") as file:
        sheet = inspect(file)
        assert isinstance(sheet, Sheet)
        assert check_header(fieldmap, sheet.header).blocking == ()
        records = list(read(file, sheet))
    faults = Counter(problem.code for record in records for problem in record.problems)
    return [apply_map(fieldmap, record.values) for record in records if record.values], faults


def test_the_generator_writes_the_file_that_is_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(LEADS.parent))
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    again = tmp_path / "inbound.csv"
    runpy.run_path(str(LEADS.parent / "make_inbound.py"))["main"](again)
    assert again.read_bytes() == LEADS.read_bytes()


def test_the_example_leads_hold_the_mess_that_real_ones_have() -> None:
    mapped, faults = _mapped()
    policy, _ = read_policy((EXAMPLES / "policies" / "inbound.toml").read_text("utf-8"))
    assert policy is not None
    cleaned = [normalize(m.raw, country=None, synonyms=policy.synonyms, texts=True) for m in mapped]
    codes = Counter(p.code for m, c in zip(mapped, cleaned, strict=True) for p in (*m.problems, *c.problems))
    emails = Counter(str(c.facts["email"]) for c in cleaned if "email" in c.facts)
    events = Counter(m.event_id for m in mapped)
    assert faults == {"csv.column_count": 1, "csv.unclosed_quote": 1}
    assert (len(mapped), len(events)) == (594, 593)
    assert codes == {
        "phone.unparseable": 18,
        "country.unknown": 9,
        "email.invalid": 6,
        "number.format": 5,
        "phone.needs_country": 4,
        "state.needs_country": 5,
        "time.invalid": 2,
        "lead.no_contact": 2,
    }
    assert sum(1 for count in emails.values() if count > 1) > 40
    assert Counter(str(c.facts.get("email_kind")) for c in cleaned)["free"] > 40
    assert {c.facts["city"] for c in cleaned if str(c.facts.get("city", "")).casefold() == "nyc"} == set()


def test_the_example_leads_arrive_in_order_over_two_weeks_and_more_by_day_and_by_night() -> None:
    arrived = [m.arrived_at for m in _mapped()[0] if m.arrived_at]
    assert arrived == sorted(arrived)
    assert (arrived[0].isoformat(), arrived[-1].isoformat()) == (
        "2026-11-02T00:08:25+00:00",
        "2026-11-18T13:32:53+00:00",
    )
    assert len({moment.date() for moment in arrived}) == 16
    assert sum(1 for moment in arrived if not 7 <= moment.hour < 17) > 50
