"""A policy says in sentences whom it asks for facts."""

from firstright.core.why.askwords import asks_say
from routing import CATCH_ALL, TO_SDR, policy

ASKS = """
[enrich]
from_phone = ["country"]

[enrich.clearfield]
name = "Clearfield"
ask = "domain"
when = { email_kind = ["business"] }
fields = { "size" = "employees", "kind" = "industry" }
overwrite = ["industry"]
budget = 1500

[enrich.geodex]
ask = "email"
fields = { "country" = "country" }
"""


def test_who_is_asked_for_what_about_whom_and_how_often() -> None:
    assert asks_say(policy(TO_SDR, CATCH_ALL).policy) == ()
    assert asks_say(policy(TO_SDR, CATCH_ALL, ASKS).policy) == (
        "Clearfield is asked for employees and industry by the domain, where e-mail kind is business, at most 1,500 times a month;"
        " in industry it is believed before the person.",
        "geodex is asked for country by the e-mail.",
        "Whoever names no country is taken to be where their phone number is from.",
        "Answers wait 30s for each other.",
    )
