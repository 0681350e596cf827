"""The policy in the console, on both databases: rules in sentences with live counts, as a picture, and what was published."""

import re
from collections.abc import Iterator

import pytest

from console.visiting import visitor, words
from firstright.core.authority import Role
from firstright.storage import people, users
from firstright.wiring import now
from web.houses import EXAMPLES, House, running

RULE = """
[[rule]]
id = "hostile"
tier = "junk"
name = "<img src=x onerror=alert(1)>"
when = { company = "<script>" }
send_to = { reject = "<b>bold</b>" }
"""


@pytest.fixture(scope="module")
def house(shared_url: str) -> Iterator[House]:
    """Northwind's; a module's tests share it."""
    yield from running(shared_url)


@pytest.fixture
def empty_house(database_url: str) -> Iterator[House]:
    yield from running(database_url, published=False)


def test_before_anything_is_published_the_page_says_how(empty_house: House) -> None:
    with visitor(empty_house, Role.ADMIN) as seen:
        told = words(seen.page("/policy"))
        assert "Nothing is published yet" in told
        assert "firstright policy publish POLICY.toml" in told
        assert "Nothing is published yet" in words(seen.page("/policy/versions"))
        assert seen.see("/policy/versions/policy/1").status_code == 404


def test_every_rule_is_a_sentence_with_what_it_took(house: House) -> None:
    house.send({"email": "jo@smith.example", "intent": "support"})
    with visitor(house, Role.REP, "lena") as seen:
        page = seen.page("/policy")
    told = words(page)
    assert (
        "Support, not sales support-instead If intent is support, then it goes to support (helpdesk)." in told
    )
    assert "If they are away, the lead waits for at most 8h." in told
    assert (
        "SDRs EMEA emea-sdr by credit Whoever is owed most gets it; each earns by weight on every lead they could have had."
        " Limit a-day: at most 60 leads a day each, Berlin time. Hours: berlin." in told
    )
    assert re.search(r"Support, not sales support-instead .*? Service level standard\. 1 \d+ %", told)
    assert "Small companies in EMEA smb-emea" in told


def test_the_picture_is_text_and_every_link_in_it_leads_somewhere(house: House) -> None:
    with visitor(house, Role.MANAGER, "ada") as seen:
        page = seen.page("/policy")
    picture = page[page.index('<svg class="chart flow"') :]
    picture = picture[: picture.index("</svg>")]
    assert "style=" not in page.replace("stylesheet", "")
    assert ">Demo requests of large companies</text>" in picture
    for link in set(re.findall(r'href="#([^"]+)"', picture)):
        assert f'id="{link}"' in page, link


def test_what_a_policy_says_is_text_and_nothing_more(empty_house: House) -> None:
    desk = empty_house.desk
    desk.publish_roster((EXAMPLES / "rosters/inbound.toml").read_text(), file="r", by="mara", reason="first")
    text = (EXAMPLES / "policies/inbound.toml").read_text()
    desk.publish_policy(text, file="p", by="mara", reason="first")
    desk.publish_policy(text + RULE, file="p", by="<i>mara</i>", reason="<script>alert(1)</script>")
    with visitor(empty_house, Role.ADMIN) as seen:
        for path in ("/policy", "/policy/versions", "/policy/versions/policy/2"):
            page = seen.page(path)
            assert not re.search(r"<img|onerror=alert\(1\)>|<script>|<b>bold|<i>", page), path
        assert "<script>alert(1)</script>" in words(seen.page("/policy/versions"))


def test_a_version_says_who_why_and_what_changed(empty_house: House) -> None:
    desk = empty_house.desk
    roster = (EXAMPLES / "rosters/inbound.toml").read_text()
    desk.publish_roster(roster, file="r", by="mara", reason="first")
    text = (EXAMPLES / "policies/inbound.toml").read_text()
    desk.publish_policy(text, file="p", by="mara", reason="first")
    with visitor(empty_house, Role.OPERATIONS) as seen:
        with desk.read() as tx:
            [user] = users.users(tx)
        changed = text.replace("min = 1000", "min = 500", 1)
        desk.publish_policy(changed, file="p", by=user.id, reason="smaller companies, too")
        listed = words(seen.page("/policy/versions"))
        assert re.search(
            rf"Version 2 \w+ in force smaller companies, too {user.name} .* Version 1 \w+ earlier first mara",
            listed,
        )
        page = seen.page("/policy/versions/policy/2")
        told = words(page)
        assert "What changed since version 1 1 line in, 1 line out" in told
        assert re.search(r"\d+ −when = .*min = 1000 .* \d+ \+when = .*min = 500", told)
        assert page.count('<tr id="L') == len(changed.splitlines())
        assert "This is the first version." in words(seen.page("/policy/versions/policy/1"))
        sent = seen.see("/policy/versions/policy/2/text")
        assert sent.text == changed
        assert sent.headers["content-disposition"] == 'attachment; filename="policy-2.toml"'
        assert "What changed" in words(seen.page("/policy/versions/roster/1"))
        for missing in ("policy/3", "policy/0", "policy/x", "policy/99999999999", "menu/1"):
            assert seen.see(f"/policy/versions/{missing}").status_code == 404, missing


def test_a_rep_does_not_read_why_colleagues_are_away(house: House) -> None:
    with visitor(house, Role.REP, "lena") as seen:
        assert "Roster versions" not in seen.page("/policy")
        for path in ("roster", "roster/1", "roster/1/text"):
            assert seen.see(f"/policy/versions/{path}").status_code == 403
        assert seen.see("/policy/versions/policy/1").status_code == 200


def test_versions_are_shown_a_page_at_a_time(empty_house: House) -> None:
    with empty_house.desk.database.write() as tx:
        for n in range(1, 54):
            people.publish(tx, f"# {n}", f"hash {n}", now(), "mara", f"number {n}")
    with visitor(empty_house, Role.ADMIN) as seen:
        first = seen.page("/policy/versions/roster")
        second = seen.page("/policy/versions/roster?before=4")
    found = [re.findall(r">Version (\d+)<", page) for page in (first, second)]
    assert found == [[str(n) for n in range(53, 3, -1)], ["3", "2", "1"]]
    assert 'href="/policy/versions/roster?before=4"' in first


def test_a_tier_of_many_rules_goes_on_on_other_pages(empty_house: House) -> None:
    desk = empty_house.desk
    desk.publish_roster((EXAMPLES / "rosters/inbound.toml").read_text(), file="r", by="mara", reason="first")
    rules = "".join(
        f'\n[[rule]]\nid = "r-{n}"\ntier = "named"\nwhen = {{ domain = "d{n}.example" }}\nsend_to = {{ queue = "reception" }}\n'
        for n in range(1, 120)
    )
    desk.publish_policy(
        (EXAMPLES / "policies/inbound.toml").read_text() + rules, file="p", by="m", reason="m"
    )
    desk.warm()
    with visitor(empty_house, Role.ADMIN) as seen:
        first = seen.page("/policy")
        assert 'href="/policy?tier=named&amp;from=51"' in first
        assert "rules 1 to 50 of 121" in words(first)
        last = seen.page("/policy?tier=named&from=101")
        assert re.findall(r'<li id="rule-(r-\d+)"', last) == [f"r-{n}" for n in range(99, 120)]
        assert seen.see("/policy?tier=named&from=122").status_code == 404
        assert seen.see("/policy?tier=none").status_code == 404


def test_nobody_sees_it_who_is_not_signed_in(house: House) -> None:
    for path in (
        "/policy",
        "/policy/versions",
        "/policy/versions/policy/1",
        "/policy/versions/policy/1/text",
    ):
        answer = house.get(path, accept="text/html")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=")
