"""A value is mapped once: one line of the policy, a new version with its reason, and who waited with it is decided again."""

import pytest

from desk.office import RULES, Office, office
from firstright.desk.arrival import Seen
from firstright.desk.synonyms import Mapped, SynonymsAsked, map_values
from firstright.errors import Refused
from firstright.storage import policies, profiles
from routing import MONDAY

GERMANS = RULES.replace("when = {}", 'when = { country = "DE" }', 1)


def came_with(here: Office, field: str, value: str, *leads: str) -> None:
    here.desk.profiling.note(
        [Seen("web", "intake", MONDAY, {}, (), ((field, value),), lead) for lead in leads]
    )


def asked(reason: str = "typed so by hand", *, again: bool = True, **words: str) -> SynonymsAsked:
    return SynonymsAsked("country", words, reason, again)


def test_a_mapped_value_is_a_line_of_the_policy_and_those_who_waited_are_decided_again(
    database_url: str,
) -> None:
    with office(database_url) as here:
        here.publish(GERMANS)
        anna = here.send("anna", country="")
        ben = here.send("ben")
        came_with(here, "country", "Deutschlnd", str(anna["lead"]), str(ben["lead"]))
        before = here.lead(anna).holder_kind
        done = map_values(here.desk, asked(Deutschlnd="DE"), by="mara")
        assert done == Mapped("country", 1, 3, True, 2, 1)
        with here.desk.read() as tx:
            text, version = policies.load(tx, 3), policies.current(tx)
            assert profiles.all_missed(tx, 9) == []
            assert profiles.how_many_leads(tx, "country", "deutschlnd") == 0
        assert version is not None and (version.published_by, version.reason) == ("mara", "typed so by hand")
        assert text == GERMANS + '\n[synonyms.country]\ndeutschlnd = "DE"\n'
        assert before != "rep" and here.lead(anna).holder_kind == "rep"
        assert [cause for (cause,) in here.rows("SELECT cause FROM decision ORDER BY turn, seq")][
            -1
        ] == "corrected"


def test_a_meaning_that_nothing_knows_is_refused_and_leads_wait_for_a_better_one(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(GERMANS)
        anna = here.send("anna", country="")
        came_with(here, "country", "Deutschlnd", str(anna["lead"]))
        with pytest.raises(Refused) as refused:
            map_values(here.desk, asked(Deutschlnd="Germny"), by="mara")
        assert refused.value.reasons[0].startswith(
            'means: "deutschlnd" means "Germny": no country of that name'
        )
        assert map_values(here.desk, asked(Deutschlnd="Germany"), by="mara").decided == 1


def test_to_map_it_again_changes_nothing(database_url: str) -> None:
    with office(database_url) as here:
        map_values(here.desk, asked(Deutschlnd="DE"), by="mara")
        assert map_values(here.desk, asked(DEUTSCHLND="DE"), by="mara") == Mapped(
            "country", 1, 2, False, 0, 0
        )


@pytest.mark.parametrize(
    ("wanted", "reasons"),
    [
        (asked("", x="DE"), ["reason: say why, in 500 characters at most"]),
        (asked(x=" "), ['value: "x" means nothing yet']),
        (SynonymsAsked("country", {}, "why"), ["words: there are none"]),
        (
            SynonymsAsked("cuntry", {"x": "y"}, "why"),
            ['field: "cuntry" is not known; firstright field shows all'],
        ),
    ],
)
def test_what_is_wrong_is_said_whole_and_nothing_is_published(
    database_url: str, wanted: SynonymsAsked, reasons: list[str]
) -> None:
    with office(database_url) as here:
        with pytest.raises(Refused) as refused:
            map_values(here.desk, wanted, by="mara")
        with here.desk.read() as tx:
            version = policies.current(tx)
    assert list(refused.value.reasons) == reasons
    assert version is not None and version.version == 1
