"""A few people who work around the clock, for pages on which they hand each other leads: Kim takes what comes, Uma is asked,
Ada leads them.
"""

from collections.abc import Iterator
from itertools import count

from routing import CATCH_ALL, HEAD, TO_SDR, rep
from web.houses import House, running

ADA = rep("Ada Krüger", pools="{}", calendar="24x7")
KIM = rep("Kim Larsen", 'manager = "ada"', pools="{ sdr = 1 }", calendar="24x7")
UMA = rep("Uma Voss", 'manager = "ada"', pools="{ ae = 1 }", calendar="24x7")
NOOR = rep("Noor Haddad", 'manager = "ada"', pools="{}", calendar="24x7")
ZOE = rep("Zoe Park", pools="{}", calendar="24x7")
POLICY = HEAD.replace('calendar = "berlin"\n', "") + TO_SDR + CATCH_ALL
_people = count(1)


def staffed(url: str, people: str, policy: str) -> Iterator[House]:
    """A house with these people and, behind POLICY, this policy."""
    for house in running(url, published=False):
        house.desk.publish_roster(people, file="roster.toml", by="mara", reason="test")
        house.desk.publish_policy(POLICY + policy, file="policy.toml", by="mara", reason="test")
        yield house


def came(house: House, name: str = "Mara", **facts: object) -> str:
    """A fresh lead of Kim's; its id."""
    n = next(_people)
    body = {"first_name": name, "email": f"{name}{n}@firm{n}.example", "country": "DE", **facts}
    return str(house.send(body).json()["lead"])
