"""Laws of cleaning: it never raises, it names the place of each problem, and cleaning twice changes nothing."""

from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from firstright.core.clean.company import company_key
from firstright.core.clean.domain import registrable
from firstright.core.clean.following import FOLLOWS
from firstright.core.clean.normalize import DERIVED, FIELDS, normalize
from firstright.core.matchkeys import match_keys
from firstright.core.rules.fields import CATALOGUE, Kind, kind

PYTHON = {Kind.TEXT: str, Kind.NUMBER: int, Kind.BOOLEAN: bool, Kind.INSTANT: datetime}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
text = st.text(
    st.characters(codec="utf-8") | st.sampled_from("ßİſ\u0308\u200d\u202e\u00a0'.,-@ "), max_size=40
)
host = st.from_regex(r"[a-zäéß0-9]{1,8}(\.[a-z]{2,5}){1,2}", fullmatch=True)
tags = st.builds(
    "&utm_medium={}&utm_campaign={}&utm_source={}".format,
    st.sampled_from(["", "cpc", "e-mail", "Referral"]),
    st.sampled_from(["", "spring", "a%00b"]),
    st.sampled_from(["", "linkedin", "chatgpt.com", "nobody"]),
)
plausible = {
    "country": st.sampled_from(["DE", "us", "Germany", "UK", "Brasil", "India", "ZZ"]) | text,
    "state": st.sampled_from(["CA", "Bavaria", "US-NY", "qld", "SP", "Punjab"]) | text,
    "email": st.builds("{}@{}".format, st.text("aBé.+-'", min_size=1, max_size=8), host) | text,
    "phone": st.from_regex(r"(\+|00|0)[1-9][0-9 ()/-]{5,14}", fullmatch=True),
    "website": st.builds("{}{}".format, st.sampled_from(["", "https://", "http://www.", "//WWW."]), host)
    | text,
    "postcode": st.from_regex(r"[a-z0-9]{1,2}[ -]?[0-9a-z]{2,6}", fullmatch=True),
    "language": st.sampled_from(["en", "de_AT", "German", "pt-br", "zh-Hans-CN", "Spanish (Mexico)"]) | text,
    "zone": st.sampled_from(["europe/berlin", "US/Eastern", "Asia/Calcutta"]) | text,
    "employees": st.integers(0, 10**6)
    | st.from_regex(r"[0-9]{1,3}([,.][0-9]{3})?(-[0-9]{1,6})?[+k]?", fullmatch=True),
    "revenue": st.floats(0, 1e12)
    | st.from_regex(r"[$€]?[0-9]{1,3}([,.][0-9]{1,3})? ?(M|bn|k)?", fullmatch=True),
    "consent": st.booleans(),
    "score": st.integers(-1000, 1000),
    "occurred_at": st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC).isoformat()),
    "product": st.lists(text, max_size=3) | text,
    "city": st.sampled_from(["NYC", "Munich", "SF", "Bombay", "Freiburg", "Kiev"]) | text,
    "title": st.sampled_from(["VP Sales", "Geschäftsführer", "Intern", "CEO & Founder", "Ninja", "Leiter IT"])
    | text,
    "seniority": st.sampled_from(["Director", "c-suite", "entry", "VP"]) | text,
    "function": st.sampled_from(["Sales", "it", "HR"]) | text,
    "industry": st.sampled_from(["SaaS", "541511", "Automobil", "finance", "hi-tech", "Health Care / Pharma"])
    | text,
    "employees_band": st.sampled_from(["11-50", "10001+", "1"]) | text,
    "revenue_band": st.sampled_from(["<1M", "1B+", "10M-50M"]) | text,
    "medium": st.sampled_from(["cpc", "Email", "referral", "organic", "(none)", "paid_social"]) | text,
    "source": st.sampled_from(["google", "linkedin", "chatgpt.com", "web"]) | text,
    "channel": st.sampled_from(["Paid Search", "newsletter", "ai-assistant"]) | text,
    "landing_page": st.builds(
        "{}{}".format, st.sampled_from(["/a", "https://acme.de/", "https://acme.de/x?gclid=1", "?"]), tags
    ),
    "referrer": st.sampled_from(
        ["https://www.google.de/search?q=a+b", "https://acme.de/y", "direct", "x.com", "http://[", "Bing"]
    )
    | text,
    "pages": st.lists(text, max_size=4) | text,
    "downloads": st.lists(text, max_size=3),
    **dict.fromkeys(
        ("name", "first_name", "last_name", "company", "message", "external_id", "topic", "offer"), text
    ),
}
FOLLOWING = {
    *DERIVED,
    *(name for names in FOLLOWS.values() for name in names),
    *("zone", "first_name", "last_name", "medium", "campaign", "term", "content", "channel"),
}
leads = st.fixed_dictionaries({}, optional=plausible)
defaults = st.sampled_from([None, "DE", "US", "GB", "nowhere"])


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), anything, max_size=12), defaults, st.booleans())
def test_any_json_is_cleaned_without_raising_and_each_field_is_fact_problem_or_nothing(
    raw: dict[str, object], country: str | None, texts: bool
) -> None:
    cleaned = normalize(raw, country=country, texts=texts)
    wrong = [each.pointer.removeprefix("/") for each in cleaned.problems]
    assert set(wrong) <= set(raw)
    assert len(wrong) == len(set(wrong))
    assert set(cleaned.facts) <= (set(raw) - set(wrong)) | FOLLOWING
    assert all(each.code and each.reason and each.got.isprintable() for each in cleaned.problems)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), anything, max_size=12) | leads, st.booleans())
def test_every_fact_has_the_type_and_a_value_of_its_field(raw: dict[str, object], texts: bool) -> None:
    cleaned = normalize(raw, texts=texts)
    for name, fact in cleaned.facts.items():
        field = CATALOGUE[name]
        every = fact if isinstance(fact, tuple) else (fact,)
        assert all(isinstance(each, PYTHON[kind(field)]) and each != "" for each in every), name
        assert isinstance(fact, bool) == (kind(field) is Kind.BOOLEAN)
        assert not field.values or fact in field.values, name
    assert all(isinstance(value, str) and 0 < len(value) <= 100 for _, value in cleaned.unmapped)
    assert all(name in CATALOGUE for name, _ in cleaned.unmapped)


@settings(max_examples=150, deadline=None)
@given(leads, defaults)
@example({"country": "Brasil", "phone": "0010000000"}, None)
def test_cleaning_clean_facts_changes_nothing(raw: dict[str, object], country: str | None) -> None:
    once = normalize(raw, country=country)
    again = normalize(once.facts, country=country)
    assert (again.facts, again.problems) == (once.facts, ())


@settings(max_examples=100, deadline=None)
@given(leads, defaults)
def test_same_values_give_the_same_facts_whatever_their_order(
    raw: dict[str, object], country: str | None
) -> None:
    backwards = dict(reversed(raw.items()))
    assert normalize(raw, country=country) == normalize(backwards, country=country)


@settings(max_examples=100, deadline=None)
@given(leads)
def test_match_keys_are_of_known_kinds_in_order_of_strength(raw: dict[str, object]) -> None:
    keys = match_keys(normalize(raw).facts, "web")
    order = ["external", "email", "phone", "person", "domain"]
    assert list(dict.fromkeys(kind for kind, _ in keys)) == [kind for kind in order if kind in dict(keys)]
    assert all(value for _, value in keys)


@settings(max_examples=100, deadline=None)
@given(text)
def test_a_company_key_is_its_own_key(name: str) -> None:
    assert company_key(company_key(name)) == company_key(name)


@settings(max_examples=100, deadline=None)
@given(host)
def test_a_registrable_domain_is_the_end_of_its_host_and_owns_itself(name: str) -> None:
    owned = registrable(name)
    assert owned is None or (f".{name}".endswith(f".{owned}") and registrable(owned) == owned)
