"""Whatever a program sends that reads our OpenAPI document, it is answered and never with a 5xx: with a key that may do
everything, and without one.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Any  # the document

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case

from desk.outreachroom import Box
from firstright.desk.access.keys import SCOPES
from web.houses import House, OpenBox, running

MANY, FEW = 20, 2  # examples of one operation, with a key and without
SAYS_SO = (
    "GET /heartbeat",
)  # 503 is what it is there to say: in this house nobody looks for what is overdue
# What this machine may ask without a key, and the form on somebody's page, which has none.
OPEN = {
    "POST /v1/forms/{source}",
    "POST /v1/hooks/{name}",
    "GET /healthz",
    "GET /metrics",
    "GET /heartbeat",
    "GET /openapi.json",
}
FRESH = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Caller:
    """Sends cases to a house; every other one that names a lead names one that is there."""

    def __init__(self, house: House) -> None:
        self._base = house.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._key = house.new_key("web", scopes=SCOPES)
        sent = house.send({"email": "ann@brightworks.example", "country": "DE"})
        self._lead = str(sent.json()["lead"])
        self._known = cycle((True, False))
        self.answers: dict[str, set[int]] = {}

    def answer(self, case: Case, *, able: bool) -> None:
        if "lead_id" in case.path_parameters and next(self._known):
            case.path_parameters["lead_id"] = self._lead
        for name in [name for name in case.headers or {} if name.casefold() == "authorization"]:
            del case.headers[name]
        headers = {"Authorization": f"Bearer {self._key}"} if able else {}
        answer = case.call(base_url=self._base, headers=headers, session=self._session)
        where = f"{case.method} {case.path}"
        self.answers.setdefault(where, set()).add(answer.status_code)
        assert answer.status_code < 500 or where in SAYS_SO, (
            f"{where}: {answer.status_code} {answer.text[:500]}"
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    for house in running(f"sqlite:///{tmp_path_factory.mktemp('any') / 'workspace.db'}", sealing=OpenBox()):
        house.desk.keep_with(Box())  # what links and digests are keyed with
        yield house


@pytest.mark.parametrize(("able", "examples"), [(True, MANY), (False, FEW)], ids=["with a key", "without"])
def test_nothing_that_fits_the_document_is_answered_with_a_5xx(
    house: House, able: bool, examples: int
) -> None:
    document: dict[str, Any] = house.get("/openapi.json").json()
    caller = Caller(house)
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()

        @settings(FRESH, max_examples=examples)
        @given(case=operation.as_strategy())
        def ask(case: Case) -> None:
            caller.answer(case, able=able)

        ask()
    operations = {f"{verb.upper()} {path}" for path, verbs in document["paths"].items() for verb in verbs}
    assert caller.answers.keys() == operations
    if not able:
        assert {where for where, statuses in caller.answers.items() if statuses != {401}} == OPEN
