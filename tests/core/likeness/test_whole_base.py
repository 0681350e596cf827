"""A whole base against itself: nobody is missed by the keys, what is linked hangs together, and noise of every kind is found again."""

import random
import string

from firstright.core.lead import Value
from firstright.core.likeness import Likeness, block_keys
from firstright.core.likeness.batch import COMPANY, PERSON, alike, candidates, clusters, kind_of, learned
from firstright.core.likeness.value import LINK
from firstright.simulate.benches import companies

GIVEN = ["Robert", "Elizabeth", "Katherine", "Thomas", "Oscar", "Ingrid", "Mateo", "Yasmin", "Pavel", "Chloe"]
SHORT = {"Robert": "Bob", "Elizabeth": "Liz", "Katherine": "Kate", "Thomas": "Tom"}
ENDS = ["sen", "mann", "wicz", "berg", "ton", "ova", "ini", "ez", "son", "ard"]
Record = dict[str, Value]


def somebody(draw: random.Random) -> Record:
    family = "".join(
        draw.choice("bdfgklmnprst") + draw.choice("aeiou") for _ in range(2)
    ).capitalize() + draw.choice(ENDS)
    given = draw.choice(GIVEN)
    year, month, day = draw.randint(1950, 2005), draw.randint(1, 12), draw.randint(1, 28)
    return {
        "first_name": given,
        "last_name": family,
        "email": f"{given[0]}.{family}{draw.randint(1, 99)}@{draw.choice(['gmail.com', 'acme.com', 'web.de'])}".lower(),
        "phone": f"+1415{draw.randint(2000000, 9999999)}",
        "birth_date": f"{year}-{month:02}-{day:02}",
        "postcode": str(draw.randint(10000, 99999)),
        "city": draw.choice(["Portland", "Leeds", "Lyon", "Ulm"]),
    }


def slipped(text: str, draw: random.Random) -> str:
    at = draw.randrange(1, max(2, len(text) - 1))
    other = draw.choice(string.ascii_lowercase)
    return draw.choice(
        [text[:at] + text[at + 1 :], text[:at] + other + text[at:], text[:at] + other + text[at + 1 :]]
    )


def copied(record: Record, draw: random.Random) -> Record:
    """The same person on another day: a slip or two, something left out, a short form, the two names in the wrong order."""
    copy = dict(record)
    for _ in range(draw.randint(1, 2)):
        name = draw.choice(["first_name", "last_name", "email", "city"])
        if name in copy:
            copy[name] = slipped(str(copy[name]), draw)
    if draw.random() < 0.4:
        del copy[draw.choice(["email", "phone", "birth_date", "postcode"])]
    if draw.random() < 0.2:
        copy["first_name"] = SHORT.get(str(record["first_name"]), str(record["first_name"]))
    if draw.random() < 0.1:
        copy["first_name"], copy["last_name"] = copy["last_name"], copy["first_name"]
    return copy


def noisy(count: int, seed: int) -> tuple[list[Record], set[tuple[int, int]]]:
    draw = random.Random(seed)
    originals = [somebody(draw) for _ in range(count)]
    return [*originals, *(copied(each, draw) for each in originals)], {
        (at, at + count) for at in range(count)
    }


def linked(like: Likeness) -> bool:
    return like.score >= LINK and like.supported


def test_noise_is_found_again_by_the_keys_and_by_the_score_and_strangers_are_not() -> None:
    base, truth = noisy(300, seed=20260302)
    kinds = [PERSON] * len(base)
    assert len(truth & candidates(base, kinds)) >= 297
    found = {(pair.a, pair.b) for pair in alike(base, kinds) if linked(pair.likeness)}
    assert len(found & truth) >= 285
    assert found - truth == set()


def test_a_whole_base_gives_the_same_pairs_every_time_whatever_the_order_of_fields() -> None:
    base, _ = noisy(40, seed=7)
    kinds = [PERSON] * len(base)
    turned = [dict(reversed(record.items())) for record in base]
    assert list(alike(base, kinds)) == list(alike(turned, kinds))


def test_companies_are_found_by_keys_of_an_ordinary_table_however_they_are_written() -> None:
    missed = 0
    for number in range(400):
        kept = set(block_keys({"company": companies.company(number)}, "company"))
        asked = block_keys(companies.asked(number, 1), "company")
        assert len(asked) <= 8
        missed += not kept & set(asked)
    assert missed <= 8


def test_people_have_two_keys_at_most() -> None:
    base, _ = noisy(50, seed=3)
    assert {len(block_keys(record, "person")) for record in base} <= {0, 1, 2}


def test_what_has_a_company_and_no_person_is_a_company() -> None:
    assert [kind_of(r) for r in ({"company": "Acme"}, {"company": "Acme", "last_name": "Ek"}, {"email": "a@b.c"})] == [
        COMPANY, PERSON, PERSON,
    ]  # fmt: skip


def test_a_rare_name_says_more_than_a_frequent_one() -> None:
    base = [{"last_name": "Smith", "first_name": "Jo"}] * 900 + [{"last_name": "Featherstone"}] * 2
    rarity = learned(base, [PERSON] * len(base))
    assert rarity.weight("family", "smith", 52) < 40 < rarity.weight("family", "featherstone", 68)


def test_clusters_hang_together_and_leave_out_who_is_alone() -> None:
    assert clusters(7, [(0, 3), (3, 5), (1, 2)]) == {0: (0, 3, 5), 1: (1, 2)}
