"""By which way a lead came: what the landing page's parameters, the medium and the page before it say, in that order.

It fills only what the sender left out, and never the source: that is whom the lead came through. That nothing was said is
not "direct": a form that does not send its referrer knows nothing about it."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, urlsplit

from firstright.core.clean.domain import registrable
from firstright.core.clean.tables import CLICK_IDS, MEDIA, Referrer, referrers
from firstright.core.clean.text import fold, line
from firstright.core.clean.vocabulary import CHANNELS
from firstright.core.lead import Value

# Fields that parameters of the landing page fill, with the longest text each takes.
TAGGED = {"medium": 200, "campaign": 500, "term": 200, "content": 200}

_MOST_PARAMETERS = 200
_ASKED_IN = (
    "q",
    "p",
    "query",
    "text",
    "wd",
    "word",
    "searchfor",
    "kw",
    "k",
    "keyword",
    "enabled_terms",
    "search",
)
_MAIL = frozenset(
    {
        "mail",
        "webmail",
        "email",
        "e-mail",
        "messagerie",
        "poczta",
        "correo",
        "posta",
        "zimbra",
        "owa",
        "roundcube",
    }
)
_ENGINES = frozenset(
    {
        "search",
        "suche",
        "recherche",
        "buscar",
        "buscador",
        "busca",
        "ricerca",
        "szukaj",
        "hledani",
        "zoeken",
        "sok",
    }
)
_NETWORKS = {
    "fb": "facebook",
    "ig": "instagram",
    "meta": "facebook",
    "li": "linkedin",
    "twitter x": "twitter",
    "yt": "youtube",
}


def came(facts: Mapping[str, Value]) -> dict[str, Value]:
    """What to add to the facts of a lead: medium, campaign, term, content, channel, referrer_site. Empty when neither page
    nor referrer nor medium was given."""
    page, referrer, medium = (str(facts.get(name, "")) for name in ("landing_page", "referrer", "medium"))
    if not (page or referrer):
        channel = _by_medium(medium, str(facts.get("source", ""))) if "channel" not in facts else None
        return {"channel": channel} if channel else {}
    tags = _tags(page)
    added: dict[str, Value] = {}
    for name, limit in TAGGED.items():
        said = line(tags.get(f"utm_{name}", ""), limit) if name not in facts else ""
        if isinstance(said, str) and said:
            added[name] = said
    before = _read(referrer) if referrer else None
    site = _site_before(before, page) if before else _network(referrer) if referrer else None
    if site:
        added["referrer_site"] = site.name
        if (
            site.channel == "organic-search"
            and before
            and not {"term", "medium"} & (facts.keys() | added.keys())
        ):
            asked = line(_asked(before), TAGGED["term"])
            if isinstance(asked, str) and asked:
                added["term"] = asked
    if "channel" not in facts:
        source = tags.get("utm_source") or str(facts.get("source", ""))
        channel = _channel(medium or str(added.get("medium", "")), source, tags, site, referrer)
        if channel:
            added["channel"] = channel
    return added


@lru_cache(maxsize=4_096)
def _by_medium(medium: str, source: str) -> str | None:
    return _channel(medium, source, {}, None, "") if medium else None


def channel_named(text: str) -> str | None:
    """The channel somebody calls so: "Paid Search", "cpc", "Newsletter"."""
    folded = fold(text)  # "paid_search": to a fold an underscore is a letter
    return _BY_NAME.get(folded) or MEDIA.get(folded) or _spaced(folded.replace("_", " "))


def _spaced(folded: str) -> str | None:
    return _BY_NAME.get(folded) or MEDIA.get(folded)


_BY_NAME = {fold(channel): channel for channel in CHANNELS}


def _channel(
    medium: str, source: str, tags: Mapping[str, str], site: Referrer | None, referrer: str
) -> str | None:
    network = _network(source)
    named = channel_named(medium) if medium else None
    if named:
        return _with_network(named, network or site)
    clicked = next((CLICK_IDS[name] for name in tags if name in CLICK_IDS), None)
    if clicked:
        return clicked
    if tags.get("utm_source") and network:
        return network.channel
    if site:
        return site.channel
    return "direct" if fold(referrer) in ("direct", "none") else None


def _with_network(named: str, network: Referrer | None) -> str:
    """ "cpc" on LinkedIn is paid social; a "referral" from ChatGPT is an assistant's."""
    known = network.channel if network else ""
    if named == "paid-search" and known in ("social", "video"):
        return "paid-social" if known == "social" else "video"
    if named == "organic-search" and known == "social":
        return "social"
    if named == "referral" and known:
        return known
    return named


def _network(source: str) -> Referrer | None:
    folded = fold(source)
    return referrers().names.get(_NETWORKS.get(folded, folded)) or (
        _known(source.lower(), "") if "." in source else None
    )


# What an ad's template would have put there: {campaign}, {{campaign.name}}, %%CAMPAIGN%%, __CAMPAIGN_NAME__, [CAMPAIGN].
_MACRO = re.compile(r"\{\{?[^{}]*\}?\}|%%[^%]*%%|__[A-Z0-9_]+__|\[[A-Z0-9_]+\]|\$\{[^{}]*\}")


def _tags(page: str) -> dict[str, str]:
    """Parameters of a landing page, names in lower case; the first of several counts."""
    if "?" not in page and "#" not in page:
        return {}
    split = _read(page)
    if split is None:
        return {}
    found: dict[str, str] = {}
    for part in (split.query, split.fragment.rpartition("?")[2]):
        for name, value in _pairs(part):
            if value and not _MACRO.fullmatch(value.strip()):
                found.setdefault(name.lower(), value)
    return found


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, max_num_fields=_MOST_PARAMETERS) if "=" in query else []
    except ValueError:  # more of them than anybody means
        return []


def _read(address: str) -> SplitResult | None:
    """The parts of an address; of a bare host too. None when it is neither."""
    if "://" not in address:
        head = address.partition("/")[0].partition("?")[0]
        if "." not in head or " " in head:
            return _split(address) if address.startswith("/") else None
        address = f"https://{address}"
    return _split(address)


def _split(address: str) -> SplitResult | None:
    try:
        split = urlsplit(address)
        _ = split.hostname
    except ValueError:  # a bracket that is not closed
        return None
    return split


def _site_before(before: SplitResult, page: str) -> Referrer | None:
    host = (before.hostname or "").lower()
    if not host:
        return None
    here = _read(page)
    own = here.hostname if here else None
    owned = registrable(host) or host
    if own and (registrable(own) or own) == owned:
        return Referrer(owned, "internal")
    first = before.path.split("/")[1] if before.path.count("/") else ""
    return _known(host, first) or Referrer(owned, _by_label(host))


def _by_label(host: str) -> str:
    """What a site we do not know calls itself: webmail.telco.example is somebody's mail, search.portal.example an engine."""
    label = host.removeprefix("www.").partition(".")[0].rstrip("0123456789")
    return "email" if label in _MAIL else "organic-search" if label in _ENGINES else "referral"


def _asked(before: SplitResult) -> str:
    """What was searched for, where the engine still says so."""
    asked = dict(reversed(_pairs(before.query)))
    return next((asked[name] for name in _ASKED_IN if asked.get(name)), "")


@lru_cache(maxsize=4_096)
def _known(host: str, first: str) -> Referrer | None:
    """The site of the longest name in our table that the host ends in; `first` is the first part of the path."""
    table = referrers().hosts
    owned = registrable(host)
    stem = f"{host.removesuffix(owned)}{owned.partition('.')[0]}.*" if owned else ""
    names = [name for name in (host, stem) if name]
    while names:
        for name in names:
            if site := (table.get(f"{name}/{first}") if first else None) or table.get(name):
                return site
        names = [rest for rest in (name.partition(".")[2] for name in names) if "." in rest]
    return None
