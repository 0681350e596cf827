"""Countries, languages and zones by the names CLDR has for them in many languages: a name is known rightly or not at all."""

import pytest
from babel import Locale, localedata

from firstright.core.clean.language import language_tag
from firstright.core.clean.places import country_code, country_codes
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import ZONES, further_languages
from firstright.core.clean.text import fold
from firstright.core.clean.zones import zone_name

LANGUAGES = sorted(
    {
        "am",
        "kok",
        "mzn",
        "ti",
        "vi",
        *sorted(name for name in localedata.locale_identifiers() if "_" not in name)[::5],
    }
)
# CLDR's own slip, and a name that is also a code of three letters.
ARGUED = {("mzn", "LT"), ("vi", "RU")}
SPOKEN = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "ru",
    "uk",
    "cs",
    "hu",
    "ro",
    "tr",
    "el",
    "sv",
    "da",
    "nb",
    "fi",
    "ja",
    "ko",
    "zh",
    "ar",
    "he",
    "hi",
    "th",
    "vi",
    "id",
    "ka",
    "hy",
    "kk",
    "sw",
    "ur",
    "bn",
    "ta",
    "my",
]


def test_no_name_of_a_country_in_any_language_leads_to_another_country() -> None:
    """ "Áo" is Austria in Vietnamese, and was Angola by its code."""
    wrong = set()
    known = asked = 0
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code not in country_codes():
                continue
            asked += 1
            found = country_code(name)
            known += isinstance(found, str)
            if isinstance(found, str) and found != code:
                wrong.add((language, code))
    assert wrong == ARGUED
    assert known / asked > 0.99  # what is left is short, or two countries' name


@pytest.mark.parametrize(
    "word", ["Male", "Mon", "Cat", "Hindi", "Nepali", "Mari", "Fuji", "Kongo", "Romani", "Sin"]
)
def test_a_word_that_says_something_else_is_no_country_by_its_name_in_a_rare_language(word: str) -> None:
    """Male is Mali in one of them: a column of sexes that somebody mapped to the country would be full of Malians."""
    assert isinstance(country_code(word), Refusal)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("सेंट मार्टिन", "MF"),
        ("सिंट मार्टेन", "SX"),
        ("টোগো", "TG"),
        ("টংগা", "TO"),
        ("ሰሜን ኮሪያ", "KP"),
        ("ደቡብ ኮሪያ", "KR"),
    ],
)
def test_countries_that_vowel_signs_alone_tell_apart(written: str, code: str) -> None:
    assert country_code(written) == code


def test_every_country_is_known_in_languages_leads_come_in() -> None:
    asked = [(spoken, code) for spoken in SPOKEN for code in sorted(country_codes())]
    missing = [
        (spoken, code)
        for spoken, code in asked
        if isinstance(country_code(Locale.parse(spoken).territories[code]), Refusal)
    ]
    assert len(missing) < len(asked) // 100, missing


def test_a_language_is_known_by_its_own_name() -> None:
    """But where folding leaves of two names one, as of those that differ in a vowel sign."""
    for spoken in SPOKEN:
        own = Locale.parse(spoken).languages[spoken]
        assert language_tag(own) == {"nb": "nb", "zh": "zh"}.get(spoken, spoken), own
    assert [name for name in further_languages() if fold(name) != name] == []


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("English - United States", "en-US"),
        ("English, US", "en-US"),
        ("French (Canada)", "fr-CA"),
        ("Spanish (Latin America)", "es-419"),
        ("en-US,en;q=0.9,de;q=0.7", "en-US"),
        ("English, German", "en"),
        ("de_DE@euro", "de-DE"),
        ("简体中文", "zh-CN"),
        ("zh-CHT", "zh-TW"),
        ("jp", "ja"),
        ("euskara", "eu"),
        ("Íslenska", "is"),
        ("en-UK", "en-GB"),
        ("de-CH-1996", "de-CH"),
        ("ca-ES-valencia", "ca-ES"),
        ("de-DE-u-co-phonebk", "de-DE"),
        ("EN/DE", "en"),
        ("English & German", "en"),
        ("isiXhosa", "xh"),
    ],
)
def test_languages_as_programs_and_people_write_them(written: str, tag: str) -> None:
    assert language_tag(written) == tag


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe / Berlin", "Europe/Berlin"),
        ("America\\New_York", "America/New_York"),
        ("america_slash_new_york", "America/New_York"),  # HubSpot's
        ("america_slash_port_hyphen_au_hyphen_prince", "America/Port-au-Prince"),
        ("us_slash_eastern", "America/New_York"),
        ("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"),
        ("(GMT-08:00) Pacific Time (US & Canada); Tijuana", "America/Los_Angeles"),
        ("Eastern Daylight Time", "America/New_York"),
        ("British Summer Time", "Europe/London"),
        ("Central European Summer Time", "Europe/Berlin"),
        ("EST5EDT", "America/New_York"),
        ("Calcutta", "Asia/Kolkata"),
        ("Saigon", "Asia/Ho_Chi_Minh"),
        ("Moskau", "Europe/Moscow"),
        ("Ciudad de México", "America/Mexico_City"),
        ("Londres", "Europe/London"),
    ],
)
def test_zones_as_programs_and_people_write_them(written: str, zone: str) -> None:
    assert zone_name(written) == zone


def test_a_city_that_is_found_is_the_zones_own_in_every_language() -> None:
    wrong = [
        (spoken, name, said["city"])
        for spoken in ("en", "de", "fr", "es", "it", "pt", "nl")
        for name, said in Locale(spoken).time_zones.items()
        if said.get("city") and ZONES.get(name.lower()) == name  # old names are another zone's
        if (found := zone_name(said["city"])) != ZONES[name.lower()] and not isinstance(found, Refusal)
    ]
    assert wrong == []
