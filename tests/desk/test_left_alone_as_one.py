"""Two leads that are one person: what either of them said counts for both, for as long as they are one. On both databases."""

import pytest

from desk.outreachroom import OPEN, RULES, Outreach, outreach
from desk.test_sequencing import MARA
from firstright.desk.merging import Merge, Unmerge
from firstright.desk.optingout import Evidence, OptOut, Said, SayConsent
from firstright.desk.reachingout import StartSequence

CAPPED = OPEN.replace("most_a_week = 0", "most_a_week = 1")


def two(here: Outreach) -> tuple[str, str]:
    """Anna from work, and Anna from home."""
    return here.arrive("anna"), here.arrive("anna", email="anna@home.example")


def opts_out(here: Outreach, lead: str) -> Said:
    """By the link of the letters that this lead got."""
    return here.office.desk.act(OptOut(here.office.lead({"lead": lead}).person_id, "link"))


def merged(here: Outreach, child: str, into: str) -> None:
    here.office.desk.act(Merge(child, into, MARA, "the same Anna"))


def test_the_link_of_a_letter_to_either_of_them_ends_what_is_sent_to_both(database_url: str) -> None:
    with outreach(database_url) as here:
        work, home = two(here)
        here.work()
        merged(here, home, work)
        assert here.sequence(work).state == "running"
        assert opts_out(here, home) == Said(1)
        assert here.sequence(work).reason == "opted-out"
        assert here.days(4) == []


@pytest.mark.parametrize("how", ["link", "consent"])
def test_who_opted_out_before_they_were_one_is_not_written_to_under_the_other_address(
    database_url: str, how: str
) -> None:
    with outreach(database_url) as here:
        work, home = two(here)
        here.work()
        if how == "link":
            opts_out(here, home)
        else:
            said = Evidence("console", "mara")
            here.office.desk.act(SayConsent(home, "email", "", "withdrawn", said, by="mara"))
        merged(here, home, work)
        assert here.days(4) == []
        assert here.story(work)[-1][0] == "stopped"
        here.office.desk.act(Unmerge(home, MARA, "her sister"))
        here.office.desk.act(StartSequence(work, "welcome", "mara"))
        assert here.days(4) == ["Hello Anna", "Still there?"]


def test_what_is_said_of_the_lead_that_is_part_of_another_counts_for_both(database_url: str) -> None:
    with outreach(database_url) as here:
        work, home = two(here)
        merged(here, home, work)
        here.work()
        said = SayConsent(home, "email", "", "withdrawn", Evidence("console", "mara"), by="mara")
        assert here.office.desk.act(said) == Said(1)
        assert here.days(4) == []


def test_letters_to_either_of_them_count_to_the_cap_of_a_week(database_url: str) -> None:
    with outreach(database_url, RULES + CAPPED) as here:
        home = here.arrive("anna", email="anna@home.example")
        assert here.work() == ["Hello Anna"]
        work = here.arrive("anna")
        merged(here, home, work)
        assert here.days(4) == []
        assert here.sequence(work).code == "weekly-cap"
