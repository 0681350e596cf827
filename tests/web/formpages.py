"""A form on somebody's page, and ways to send it: as our script does, and as a browser does without any."""

import json
from itertools import count
from urllib.parse import urlencode

import httpx2

from firstright.desk.sources import Add, Described, change_sources
from firstright.intake.formsettings import FormSettings
from firstright.storage.statement import Statement
from patience import PATIENCE
from web.houses import House

ORIGIN = "https://www.acme.example"
FAST = FormSettings(origins=(ORIGIN,), per_address=100_000, per_source=100_000)
LINE = httpx2.Client(trust_env=False, timeout=PATIENCE)
_names = count(1)
_ARRIVALS = Statement("SELECT label, problems, raw, lead_id FROM arrival WHERE source = ? ORDER BY id")
_FACTS = Statement("SELECT facts FROM lead WHERE source = ? ORDER BY id")


class Page:
    """One form of its own, and ways to send it."""

    def __init__(self, house: House, settings: FormSettings = FAST, **described: object) -> None:
        self.house = house
        self.name = f"form-{next(_names)}"
        source = Described(self.name, form=settings, **described)  # type: ignore[arg-type]  # of several types
        change_sources(house.desk, Add(source), by="test")
        self.path = f"/v1/forms/{self.name}"

    def script(self, fields: object, **headers: str) -> httpx2.Response:
        """As our script sends it."""
        given = {"Accept": "application/json", "Origin": ORIGIN} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        return LINE.post(self.house.url + self.path, json=fields, headers=given)

    def plain(self, fields: dict[str, str] | bytes, **headers: str) -> httpx2.Response:
        """As a browser sends a form without any script."""
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        given = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        given |= {k.replace("_", "-"): v for k, v in headers.items()}
        return LINE.post(self.house.url + self.path, content=body, headers=given)

    def kept(self) -> list[tuple[str, list[str]]]:
        """(label, codes of problems) of everything that is kept."""
        return [(label, [p["code"] for p in json.loads(told)]) for label, told, _, _ in self._rows(_ARRIVALS)]

    def raw(self) -> list[bytes]:
        return [bytes(raw) for _, _, raw, _ in self._rows(_ARRIVALS)]

    def leads(self) -> list[dict[str, object]]:
        return [json.loads(facts) for (facts,) in self._rows(_FACTS)]

    def _rows(self, statement: Statement) -> list[tuple[object, ...]]:
        with self.house.desk.read() as tx:
            return tx.all(statement, (self.name,))


def person(n: int | None = None) -> dict[str, str]:
    n = next(_names) if n is None else n
    return {"email": f"p{n}@forms{n}.example", "first_name": "Mara", "country": "DE"}
