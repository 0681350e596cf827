"""Fresh leads after the pattern of a file: people and companies nobody has seen, with the wishes of those who were there.

Every row depends on the file and on its own number alone. Nothing is cleaned here: rows are as untidy as the file is.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

from firstright.simulate.workload import Draws

EVENT, EMAIL, COMPANY, COUNTRY = "Event ID", "E-Mail ", "Company", "Country"
_KEPT = (
    "Form", "Job Title", "Country", "State", "City", "Postcode", "Language", "Employees", "Product Interest", "Message",
    "Lead Source", "UTM Medium", "UTM Campaign", "Landing Page", "Referrer", "Marketing Consent",
)  # fmt: skip
_ROMAN = str.maketrans({"ł": "l", "ø": "o", "ä": "ae", "ö": "oe", "ü": "ue", "å": "a", "æ": "ae"})

Row = Mapping[str, str]


class Fresh:
    """Makes rows with the columns of `rows`, those of the example leads. Only rows of somebody who gave a company count."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = [row for row in rows if _wellformed(row)]
        self._like: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            self._like[row[COUNTRY]].append(row)

    def row(self, number: int) -> dict[str, str]:
        """A colleague of nobody: first name, last name and company come from three different rows of one country."""
        draws = Draws(number)
        pattern = self._rows[draws.below(len(self._rows))]
        alike = self._like[pattern[COUNTRY]]
        first, last, stem, trade = (alike[draws.below(len(alike))] for _ in range(4))
        company = _company(_stem(stem, draws), trade[COMPANY])
        domain = f"{_slug(company.partition(' ')[0])}-{_slug(pattern['City'] or pattern[COUNTRY])}.example"
        local = ".".join(_slug(name) for name in (first["First Name"], last["Last Name"]))
        return {
            **{name: pattern.get(name, "") for name in _KEPT},
            EVENT: f"live-{number}",
            "First Name": first["First Name"],
            "Last Name": last["Last Name"],
            EMAIL: f"{local}@{domain}",
            "Phone": _other(pattern["Phone"], draws),
            COMPANY: company,
            "Website": f"https://{domain}/" if draws.below(3) == 0 else "",
        }


def _wellformed(row: Row) -> bool:
    """Whether its names can stand beside those of others."""
    names = (row["First Name"], row["Last Name"], row[COUNTRY])
    return (
        all(name.istitle() and name.isprintable() for name in names[:2])
        and bool(names[2])
        and " " in row[COMPANY]
    )


def _stem(row: Row, draws: Draws) -> str:
    """What a company is called after: another company, or somebody who founded it."""
    return (row["Last Name"] if draws.below(2) else row[COMPANY]).split()[0]


def _company(stem: str, other: str) -> str:
    return f"{stem} {other.partition(' ')[2]}"


def _other(phone: str, draws: Draws) -> str:
    """A number of the same exchange."""
    return f"{phone[:-2]}{draws.below(90) + 10}" if phone[-2:].isdecimal() else ""


def _slug(text: str) -> str:
    plain = (
        unicodedata.normalize("NFKD", text.casefold().translate(_ROMAN)).encode("ascii", "ignore").decode()
    )
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"
