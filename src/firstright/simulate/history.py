"""Past leads from a file, in the order they arrived, ready to be decided again as of then. It decides nothing."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from firstright.intake.csvfile import inspect, read
from firstright.intake.fieldmap import FieldMap
from firstright.intake.mapping import Mapped, apply_map, check_header, read_lookups
from firstright.intake.refused import Refused
from firstright.simulate.happened import Opened


class History(msgspec.Struct, frozen=True):
    """Leads by arrival, then key. `left_out` counts rows that are no lead or have no date, by the code of the reason."""

    leads: tuple[Mapped, ...]
    left_out: Mapping[str, int]


def read_history(fieldmap: FieldMap, opened: Opened) -> History | Refused:
    """All dated leads of the map's file. `opened` gives a file by its name, as for the map's lookups."""
    lookups = read_lookups(fieldmap, opened)
    if isinstance(lookups, Refused):
        return lookups
    left_out: Counter[str] = Counter()
    leads: list[Mapped] = []
    with opened(fieldmap.file) as file:
        sheet = inspect(file, encoding=fieldmap.encoding or None, delimiter=fieldmap.delimiter or None)
        if isinstance(sheet, Refused):
            return sheet
        if blocking := check_header(fieldmap, sheet.header).blocking:
            return Refused(422, blocking)
        for record in read(file, sheet):
            mapped = apply_map(fieldmap, record.values, lookups) if record.values else None
            if mapped is None or not mapped.is_lead:
                left_out[record.problems[0].code if record.problems else "lead.no_contact"] += 1
            elif mapped.arrived_at is None:
                left_out["time.missing"] += 1
            else:
                leads.append(mapped)
    leads.sort(key=lambda lead: (lead.arrived_at, lead.event_id or ""))
    return History(tuple(leads), dict(left_out))
