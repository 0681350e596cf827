"""By which way a lead came: parameters, click ids, medium, referrer; and what is never concluded."""

from urllib.parse import quote

import pytest

from firstright.core.clean.channel import came
from firstright.core.clean.normalize import normalize
from firstright.core.clean.tables import CLICK_IDS, MEDIA, referrers
from firstright.core.clean.vocabulary import CHANNELS
from firstright.core.lead import Value

PAGE = "https://acme.com/pricing"


@pytest.mark.parametrize(
    ("facts", "added"),
    [
        (
            {
                "landing_page": f"{PAGE}?utm_source=linkedin&utm_medium=cpc&utm_campaign=Q1%20launch&utm_content=a"
            },
            {"medium": "cpc", "campaign": "Q1 launch", "content": "a", "channel": "paid-social"},
        ),
        ({"landing_page": f"{PAGE}?gclid=Cj0"}, {"channel": "paid-search"}),
        ({"landing_page": "/pricing?li_fat_id=1"}, {"channel": "paid-social"}),
        ({"landing_page": f"{PAGE}?ttclid=1"}, {"channel": "paid-social"}),
        ({"landing_page": f"{PAGE}?msclkid=1"}, {"channel": "paid-search"}),
        (
            {"landing_page": f"{PAGE}?fbclid=1", "referrer": "https://l.facebook.com/"},
            {"channel": "social", "referrer_site": "Facebook"},
        ),
        ({"landing_page": f"{PAGE}?utm_source=chatgpt.com"}, {"channel": "ai-assistant"}),
        ({"landing_page": f"{PAGE}#a?utm_medium=email"}, {"medium": "email", "channel": "email"}),
        (
            {"referrer": "https://www.perplexity.ai/search"},
            {"channel": "ai-assistant", "referrer_site": "Perplexity.ai"},
        ),
        (
            {"referrer": "https://gemini.google.com/"},
            {"channel": "ai-assistant", "referrer_site": "Google Gemini"},
        ),
        (
            {"referrer": "https://www.google.co.uk/search?q=lead+routing"},
            {"channel": "organic-search", "referrer_site": "Google", "term": "lead routing"},
        ),
        ({"referrer": "https://mail.google.com/"}, {"channel": "email", "referrer_site": "Gmail"}),
        (
            {"referrer": "android-app://com.linkedin.android/"},
            {"channel": "social", "referrer_site": "LinkedIn"},
        ),
        ({"referrer": "https://www.youtube.com/watch?v=1"}, {"channel": "video", "referrer_site": "YouTube"}),
        (
            {"referrer": "https://blog.partner.example/x"},
            {"channel": "referral", "referrer_site": "partner.example"},
        ),
        (
            {"referrer": "https://www.acme.com/", "landing_page": "https://shop.acme.com/"},
            {"channel": "internal", "referrer_site": "acme.com"},
        ),
        (
            {"referrer": "https://webmail2.telco.example/"},
            {"channel": "email", "referrer_site": "telco.example"},
        ),
        (
            {"referrer": "https://search.portal.example/"},
            {"channel": "organic-search", "referrer_site": "portal.example"},
        ),
        (
            {"referrer": "https://mailing.acme.example/"},
            {"channel": "referral", "referrer_site": "acme.example"},
        ),
        ({"referrer": "https://plus.google.com/"}, {"channel": "social", "referrer_site": "Google+"}),
        ({"referrer": "Bing"}, {"channel": "organic-search", "referrer_site": "Bing"}),
        ({"referrer": "(direct)"}, {"channel": "direct"}),
        ({"medium": "(none)"}, {"channel": "direct"}),
        ({"medium": "referral", "source": "chatgpt.com"}, {"channel": "ai-assistant"}),
        ({"medium": "paid", "source": "facebook"}, {"channel": "paid-social"}),
        ({"medium": "cpc", "source": "google"}, {"channel": "paid-search"}),
        ({"medium": "organic", "source": "linkedin"}, {"channel": "social"}),
        ({"medium": "Trade show"}, {"channel": "event"}),
        ({"medium": "something else"}, {}),
        ({"landing_page": PAGE}, {}),  # silence is not "direct": a form may never send its referrer
        ({"referrer": "http://[::1"}, {}),
        ({"referrer": "no address at all"}, {}),
        ({"source": "google"}, {}),
        ({}, {}),
    ],
)
def test_the_way_is_found_where_it_is_said_and_nowhere_else(
    facts: dict[str, Value], added: dict[str, Value]
) -> None:
    assert came(facts) == added


def test_what_the_sender_said_goes_before_what_the_page_says_and_the_source_is_never_touched() -> None:
    raw = {
        "medium": "email",
        "source": "newsletter-form",
        "landing_page": f"{PAGE}?utm_medium=cpc&utm_source=google&utm_campaign=spring",
    }
    facts = normalize(raw).facts
    assert {name: facts[name] for name in ("source", "medium", "campaign", "channel")} == {
        "source": "newsletter-form",
        "medium": "email",
        "campaign": "spring",
        "channel": "email",
    }
    assert normalize(raw | {"channel": "Paid Search"}).facts["channel"] == "paid-search"


def test_tables_name_only_channels_there_are() -> None:
    named = [*MEDIA.values(), *CLICK_IDS.values(), *(site.channel for site in referrers().hosts.values())]
    assert set(named) <= set(CHANNELS)


def test_a_page_with_thousands_of_parameters_says_nothing_and_costs_nothing() -> None:
    assert (
        came({"landing_page": PAGE + "?" + "&".join(f"a{n}=1" for n in range(500)) + "&utm_medium=cpc"}) == {}
    )


@pytest.mark.parametrize(
    "macro",
    ["{campaign}", "{{campaign.name}}", "%%CAMPAIGN%%", "__CAMPAIGN_NAME__", "[CAMPAIGN]", "${campaign}"],
)
def test_a_template_that_was_not_filled_in_is_no_campaign(macro: str) -> None:
    """Leads of a broken ad were all of the campaign "{campaign}", and no alarm knew it for a fault."""
    page = f"https://ours.example/?utm_medium=cpc&utm_campaign={quote(macro)}"
    facts = normalize({"landing_page": page}).facts
    assert "campaign" not in facts and facts["channel"] == "paid-search"
