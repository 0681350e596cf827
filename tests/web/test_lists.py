"""What programs read beside single leads: lists, team, policy, sources, imports and look-up, on both databases."""

from datetime import UTC, datetime

import pytest

from firstright.desk.access.keys import SCOPES
from firstright.storage import imports
from firstright.storage.rows import RecordRow
from web.houses import codes
from web.staffed import REPS, Staffed, house

__all__ = ["house"]
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
ALL = (
    "/v1/inbox", "/v1/inbox/team", "/v1/inbox/queues", "/v1/inbox/review", "/v1/inbox/waiting", "/v1/inbox/breaching",
    "/v1/inbox/all", "/v1/reviews", "/v1/search?q=x", "/v1/team", "/v1/policy", "/v1/policy/versions",
    "/v1/policy/versions/0/1", "/v1/sources", "/v1/sources/problems", "/v1/imports",
)  # fmt: skip


@pytest.mark.parametrize("path", ALL)
def test_every_list_needs_the_right_to_read_leads(house: Staffed, path: str) -> None:
    assert house.see(path).status_code == 200
    others = house.new_key("web", scopes=tuple(scope for scope in SCOPES if scope != "leads:read"))
    refused = house.get(path, Authorization=f"Bearer {others}")
    assert (refused.status_code, codes(refused)) == (403, [("", "auth.scope")])
    assert house.get(path, Authorization="").status_code == 401
    unknown = house.see(f"{path}{'&' if '?' in path else '?'}nonsense=1")
    assert ("", "query.unknown") in codes(unknown)


def test_the_inbox_is_paged_and_counted(house: Staffed) -> None:
    made = {house.owned()[0] for _ in range(5)}
    page = house.see("/v1/inbox/team?limit=2").json()
    found = page["leads"]
    while page["next"]:
        page = house.see(f"/v1/inbox/team?limit=2&after={page['next']}").json()
        found += page["leads"]
    names = [each["lead"] for each in found]
    assert made <= set(names) and len(names) == len(set(names))
    assert house.see("/v1/inbox").json()["team"] == len(names)
    newest = house.see("/v1/inbox/all?limit=1").json()["leads"][0]
    assert newest["lead"] == max(made)
    assert (newest["outcome"], newest["holder"]["kind"], newest["clock"]) == ("owner", "rep", "running")
    assert newest["about"]["name"] == newest["about"]["email"] != ""


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/inbox/mine", 404, "not_found"), ("/v1/inbox/everything", 404, "not_found"),
        ("/v1/inbox/team?queue=x", 400, "query.invalid"), ("/v1/inbox/team?after=x", 400, "cursor.invalid"),
        ("/v1/inbox/team?limit=0", 400, "query.invalid"), ("/v1/reviews?after=0.x.y", 400, "cursor.invalid"),
        ("/v1/search", 400, "query.invalid"), (f"/v1/search?q={'a' * 255}", 400, "query.invalid"),
        ("/v1/reps/nobody/turns", 404, "not_found"), (f"/v1/reps/{REPS[0]}/turns?after=!", 400, "cursor.invalid"),
        (f"/v1/reps/{REPS[0]}/turns?after=eyJhIjotMX0", 400, "cursor.invalid"),
        ("/v1/policy?days=0", 400, "query.invalid"), ("/v1/policy?days=91", 400, "query.invalid"),
        ("/v1/policy/versions?kind=other", 400, "query.invalid"),
        ("/v1/policy/versions?after=x", 400, "query.invalid"), ("/v1/policy/versions/1/9", 404, "not_found"),
        ("/v1/policy/versions/a/1", 404, "not_found"), ("/v1/sources/problems?after=x", 400, "cursor.invalid"),
        ("/v1/imports?after=x", 400, "cursor.invalid"), (f"/v1/imports/{MISSING}", 404, "not_found"),
        ("/v1/imports/x", 404, "not_found"), (f"/v1/imports/{MISSING}/records", 404, "not_found"),
        (f"/v1/imports/{MISSING}/records?outcome=x", 400, "query.invalid"),
        (f"/v1/imports/{MISSING}/records?after=-1", 400, "cursor.invalid"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(house: Staffed, path: str, status: int, code: str) -> None:
    answer = house.see(path)
    assert (answer.status_code, codes(answer)) == (status, [("", code)])


def test_a_lead_is_found_by_its_address(house: Staffed) -> None:
    lead, owner = house.owned()
    email = house.see(f"/v1/leads/{lead}").json()["facts"]["email"]
    found = house.see(f"/v1/search?q=%20{email.upper()}").json()
    assert [(each["lead"], each["holder"]["id"]) for each in found["leads"]] == [(lead, owner)]
    assert (found["records"], found["more"]) == ([], False)


def test_the_team_and_a_reps_turns(house: Staffed) -> None:
    lead, owner = house.owned()
    mates = {mate["rep"]: mate for mate in house.see("/v1/team").json()["mates"]}
    assert set(mates) == set(REPS)
    assert sum(place["credit"] for mate in mates.values() for place in mate["places"]) == 0
    assert mates[owner]["hand"]["open"] >= 1
    first = house.see(f"/v1/reps/{owner}/turns?limit=1").json()
    assert (first["skips"][0]["verdict"], first["skips"][0]["lead"]) == ("won", lead)
    house.owned()
    house.owned()
    whole = house.see(f"/v1/reps/{owner}/turns?limit=3").json()
    paged, after = [], ""
    for _ in range(3):
        page = house.see(f"/v1/reps/{owner}/turns?limit=1{after}").json()
        paged += page["skips"]
        after = f"&after={page['next']}"
    assert paged == whole["skips"]


def test_the_policy_in_words_and_its_versions(house: Staffed) -> None:
    house.owned()
    told = house.see("/v1/policy?days=1").json()
    rules = [rule for tier in told["policy"]["tiers"] for rule in tier["rules"]]
    assert sum(rule["n"] for rule in rules) >= 1
    assert all(rule["if_"] and rule["then"]["says"] for rule in rules)
    versions = house.see("/v1/policy/versions?kind=roster").json()["versions"]
    assert [(each["version"], each["published_by"], each["reason"]) for each in versions] == [
        (1, "mara", "test")
    ]
    changed = house.see("/v1/policy/versions/0/1").json()
    assert {line["side"] for line in changed["lines"]} == {"plus"}
    assert (changed["plus"], changed["minus"]) == (len(changed["lines"]), 0)
    assert house.see("/v1/policy/versions?after=1").json() == {"kind": "policy", "versions": [], "next": None}


def test_sources_and_what_was_wrong_with_what_came(house: Staffed) -> None:
    sent = house.send({"email": "wrong@problems.example", "phone": "12"}).json()
    web = next(each for each in house.see("/v1/sources").json()["sources"] if each["source"] == "web")
    assert web["problems_week"] == web["problems_month"] >= 1
    found = house.see("/v1/sources/problems?source=web&limit=1").json()["arrivals"][0]
    assert (found["lead"], found["problems"][0]["pointer"]) == (sent["lead"], "/phone")
    assert house.see("/v1/sources/problems?source=nobody").json() == {"arrivals": [], "next": None}


def test_an_import_and_its_records(house: Staffed) -> None:
    name = house.desk.new_id()
    with house.desk.database.write() as tx:
        imports.add(
            tx, name, "f" * 64, "m" * 64, name="leads.csv", source="fair", as_of=None, actor="mara",
            now=AT,
        )  # fmt: skip
        for line, outcome in ((2, "created"), (3, "rejected"), (4, "created")):
            imports.record(tx, [RecordRow(name, line, outcome, None, None, "[]")])
        imports.end(tx, name, "done", AT)
    listed = house.see("/v1/imports?limit=1").json()["imports"][0]
    assert (listed["id"], listed["state"], listed["counts"]) == (name, "done", {"created": 2, "rejected": 1})
    assert house.see(f"/v1/imports/{name}").json() == listed
    page = house.see(f"/v1/imports/{name}/records?outcome=created&limit=1").json()
    assert (page["records"][0]["record"], page["next"]) == (2, 2)
    rest = house.see(f"/v1/imports/{name}/records?outcome=created&limit=1&after=2").json()
    assert (rest["records"][0]["record"], rest["next"]) == (4, None)
