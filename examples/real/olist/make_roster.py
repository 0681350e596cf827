"""Writes a roster of the people in the Olist funnel: `python make_roster.py DATA_FOLDER roster.toml`.

Who pre-qualified a won deal (sdr_id) is in pre-sales, from the first contact of their first won lead until a month after
their last win; who closed it (sr_id) is a closer of the segments they won. Some people are both. The result holds data of
Olist (CC BY-NC-SA 4.0): keep it out of the repository.
"""

import csv
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

HEAD = """# Made by make_roster.py from the Olist funnel (CC BY-NC-SA 4.0): not to be committed.

[roster]
zone = "America/Sao_Paulo"

[calendars.sao-paulo]
zone = "America/Sao_Paulo"
hours = { mon-fri = "09:00-18:00" }
holidays = { country = "BR", subdivision = "SP" }
"""
HOME = {
    "home decor", "household utilities", "construction tools house garden", "bed bath table", "home office furniture",
    "home appliances", "small appliances", "air conditioning",
}  # fmt: skip
PERSON = {
    "health beauty", "food supplement", "food drink", "pet", "bags backpacks", "fashion accessories", "toys", "baby",
    "jewerly", "watches", "perfume", "handcrafted",
}  # fmt: skip
FOUNDERS = 3  # who was there first was there when the record begins
NOTICE = timedelta(days=30)


def pool_of(segment: str) -> str:
    return "closers-home" if segment in HOME else "closers-person" if segment in PERSON else "closers-other"


def tenures(deals: list[dict[str, str]], contacts: dict[str, date]) -> dict[str, tuple[date, date]]:
    """First contact of the first won lead and last win, by pre-sales rep, in order of joining."""
    found: dict[str, tuple[date, date]] = {}
    for deal in deals:
        won = date.fromisoformat(deal["won_date"][:10])
        met = min(contacts.get(deal["mql_id"], won), won)
        first, last = found.get(deal["sdr_id"], (met, won))
        found[deal["sdr_id"]] = (min(first, met), max(last, won))
    return dict(sorted(found.items(), key=lambda entry: (entry[1], entry[0])))


def roster(deals: list[dict[str, str]], contacts: dict[str, date]) -> str:
    presales = tenures(deals, contacts)
    end = max(last for _, last in presales.values())
    closed: dict[str, Counter[str]] = {}
    for deal in deals:
        closed.setdefault(deal["sr_id"], Counter())[pool_of(deal["business_segment"])] += 1
    parts = [HEAD]
    for number, rep in enumerate([*presales, *sorted(closed.keys() - presales.keys())]):
        pools = [f"{pool} = {min(count, 100)}" for pool, count in sorted(closed.get(rep, Counter()).items())]
        if rep in presales:
            joined, last = presales[rep]
            place = ["weight = 1"]
            place += [f'joined = "{joined}"'] if number >= FOUNDERS else []
            place += [f'left = "{last + NOTICE}"'] if last + NOTICE < end else []
            pools.insert(0, f"presales = {{ {', '.join(place)} }}")
        parts.append(
            f'[[rep]]\nid = "{rep}"\ncalendar = "sao-paulo"\nlanguages = ["pt"]\npools = {{ {", ".join(pools)} }}\n'
        )
    return "\n".join(parts)


def main(data: Path, target: Path) -> None:
    with (data / "closed_deals_iso.csv").open(encoding="utf-8", newline="") as file:
        deals = list(csv.DictReader(file))
    with (data / "mql_iso.csv").open(encoding="utf-8", newline="") as file:
        contacts = {
            row["mql_id"]: date.fromisoformat(row["first_contact_date"]) for row in csv.DictReader(file)
        }
    target.write_text(roster(deals, contacts), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
