"""How a lead came, each time: source, campaign, channel, what sort of page it landed on, pages, offer, and what it wanted then.

Worked out of the facts each arrival was decided on; it gives nobody credit for a sale.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote, urlsplit

import msgspec

from firstright.core.clean.text import fold
from firstright.core.lead import Fact

_SORTS: dict[str, tuple[str, ...]] = {
    "pricing": ("pricing", "price", "prices", "plans", "preise", "preis", "tarife", "tarifs", "precios", "precos", "prezzi",
                "prijzen", "cennik", "priser"),
    "demo": ("demo", "demos", "vorfuhrung", "demostracion", "dimostrazione"),
    "trial": ("trial", "signup", "register", "testen", "essai", "prueba", "prova"),
    "contact": ("contact", "kontakt", "contacto", "contatti", "contato", "kontakta", "contacts"),
    "careers": ("careers", "career", "jobs", "karriere", "emploi", "empleo", "vacatures", "praca"),
    "support": ("docs", "documentation", "support", "help", "faq", "hilfe", "aide", "ayuda"),
    "content": ("blog", "news", "article", "articles", "insights", "resources", "guide", "guides", "whitepaper", "whitepapers",
                "ebook", "webinar", "webinars", "events", "case", "ratgeber", "downloads", "download"),
    "campaign": ("lp", "landing", "go", "campaign", "promo", "offer", "aktion"),
    "product": ("product", "products", "produkt", "produkte", "produit", "produits", "producto", "productos", "prodotti",
                "features", "solutions", "loesungen", "losungen", "shop"),
}  # fmt: skip
SORTS = ("home", *_SORTS, "other")
_BY_WORD = {word: sort for sort, words in _SORTS.items() for word in words}
_PARTS = re.compile(r"[/\-_.+ ]+")


class Came(msgspec.Struct, frozen=True):
    """One arrival. Texts are empty where it did not say; `landing` is one of SORTS. `intent_by` is the row that derived it."""

    arrival: str
    at: datetime
    source: str
    label: str = ""  # what became of it
    medium: str = ""
    campaign: str = ""
    channel: str = ""
    referrer: str = ""
    landing_page: str = ""
    landing: str = ""
    pages: tuple[str, ...] = ()
    offer: str = ""
    topic: str = ""
    intent: str = ""
    intent_by: str = ""


def came(arrival: str, at: datetime, source: str, label: str, facts: Mapping[str, Fact]) -> Came:
    """What the facts of one arrival say about how it came. Without facts only who sent it, and when."""

    def text(name: str) -> str:
        have = facts.get(name)
        return have if isinstance(have, str) else ""

    pages = facts.get("pages")
    page = text("landing_page")
    return Came(
        arrival=arrival,
        at=at,
        source=text("source") or source,
        label=label,
        medium=text("medium"),
        campaign=text("campaign"),
        channel=text("channel"),
        referrer=text("referrer"),
        landing_page=page,
        landing=page_sort(page) if page else "",
        pages=pages if isinstance(pages, tuple) else (),
        offer=text("offer"),
        topic=text("topic"),
        intent=text("intent"),
        intent_by=text("intent_by"),
    )


def page_sort(url: str) -> str:
    """What sort of page it is by the words of its path, the last that says something; "other" when none does."""
    try:
        path = urlsplit(url if "://" in url or url.startswith("/") else f"//{url}").path
    except ValueError:
        return "other"
    words = [word for part in _PARTS.split(unquote(path)) for word in fold(part).split()]
    if not words or words[-1] in ("index", "home") or all(len(word) == 2 for word in words):
        return "home"  # also one that only names a language
    return next((_BY_WORD[word] for word in reversed(words) if word in _BY_WORD), "other")
