"""Writes inbound.csv: two weeks of leads of Northwind Robotics, a maker of robot arms. All of it is invented: domains
end in .example, telephone numbers are those set aside for films. The same file every time: `python make_inbound.py`."""

import csv
import re
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

from people import (
    ACCOUNTS,
    CITIES,
    COMPANIES,
    COUNTRIES,
    FIRST,
    JUNK,
    LANGUAGES,
    LAST,
    MESSAGES,
    PHONES,
    ROMAN,
    TITLES,
    WORDS,
)

HERE = Path(__file__).parent
MONDAY = datetime(2026, 11, 2)  # noqa: DTZ001  # the form writes local time of Berlin, without saying so
HEADER = (
    "Event ID", "Submitted At", "Form", "First Name", "Last Name", "E-Mail ", "Phone", "Company", "Website", "Job Title",
    "Country", "State", "City", "Postcode", "Language", "Employees", "Product Interest", "Message", "Lead Source",
    "UTM Medium", "UTM Campaign", "Landing Page", "Referrer", "Marketing Consent", "Booth",
)  # fmt: skip
FORMS = (
    "Request pricing", "Request pricing", "Book a demo", "Book a demo", "Contact us", "Contact us", "Contact us",
    "Start trial", "Download: Safety of cobots", "Download: Safety of cobots", "Download: ROI calculator", "Chat",
)  # fmt: skip
SOURCES = (
    ("google", "cpc", "robot-arm-dach", "https://www.google.com/"),
    ("google", "cpc", "amr-nordics", "https://www.google.com/"),
    ("google", "organic", "", "https://www.google.com/"),
    ("linkedin", "paid-social", "plant-managers-q4", "https://www.linkedin.com/"),
    ("newsletter", "email", "november-news", ""),
    ("automatica", "event", "fair-2026", ""),
    ("direct", "", "", ""),
    ("Direct", "", "", ""),
    ("partner", "referral", "robotix", "https://robotix.example/"),
)
SIZES = {
    1: ("1-10", "<10", "5", "ca. 8", "2-10 employees"),
    20: ("11-50", "<50", "ca. 20", "35", "20-49"),
    80: ("51-200", "50+", "120", "ca. 100", "100-199"),
    400: ("201-500", "250-499", "400", "rund 300"),
    1500: ("1,001-5,000", "1.001-5.000", "1500", "2000 Mitarbeiter", "1k-5k"),
    9000: ("5,001-10,000", "> 5000", "9 000", "10000+"),
}


class Draws:
    """A linear congruential generator: the same numbers on every machine and version."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def below(self, limit: int) -> int:
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit

    def one(self, choices):  # type: ignore[no-untyped-def]  # an example script: any sequence
        return choices[self.below(len(choices))]

    def percent(self, chance: int) -> bool:
        return self.below(100) < chance


def slug(text: str) -> str:
    text = (
        ROMAN.get(text, text)
        .replace("ä", "ae")
        .replace("ö", "oe")
        .replace("ü", "ue")
        .replace("ß", "ss")
        .replace("ł", "l")
    )
    text = text.replace("ø", "o").replace("Ø", "O").replace("Ł", "L").replace("å", "a")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def companies(draws: Draws) -> list[dict[str, str]]:
    """Invented companies, each in one place and of one size."""
    found = {}
    weights = [country for country, weight in COUNTRIES for _ in range(weight)]
    while len(found) < 380:
        country = draws.one(weights)
        stems, trades = COMPANIES[country]
        stem, trade = draws.one(stems), draws.one(trades)
        city, state, postcode = draws.one(CITIES[country])
        domain = slug(f"{stem} {trade.split()[0]}") + ".example"
        size = draws.one((1, 1, 20, 20, 20, 80, 80, 80, 400, 400, 1500, 9000))
        found.setdefault(
            domain,
            {
                "name": f"{stem} {trade}", "domain": domain, "country": country, "city": city, "state": state,
                "postcode": postcode, "size": str(size),
            },
        )  # fmt: skip
    return list(found.values())


def person(draws: Draws, company: dict[str, str]) -> dict[str, str]:
    country = company["country"]
    language = LANGUAGES[country][0]
    first, last = draws.one(FIRST[language]), draws.one(LAST[language])
    local = draws.one(("{f}.{l}", "{f}.{l}", "{i}.{l}", "{l}", "{f}")).format(
        f=slug(first), l=slug(last), i=slug(first)[0]
    )
    email = f"{local}@{company['domain']}"
    if draws.percent(9):
        email = f"{slug(first)}.{slug(last)}.example{draws.below(90) + 10}@{draws.one(('gmail.com', 'gmx.de', 'outlook.com'))}"
    phone = draws.one(PHONES.get(country, ("",)))
    return {
        "First Name": first,
        "Last Name": last,
        "E-Mail ": email,
        "Phone": phone.replace("#", str(draws.below(9)) + str(draws.below(9))) if draws.percent(70) else "",
        "Job Title": draws.one(TITLES[language]),
    }


def arrival(draws: Draws) -> datetime:
    """Mostly on the ten business days and by day, else at night or over the weekend."""
    week, day = draws.below(2), draws.below(5)
    if draws.percent(10):
        day = 5 + draws.below(2)
    minutes = 8 * 60 + draws.below(10 * 60)
    if draws.percent(18):
        minutes = draws.below(24 * 60)
    return MONDAY + timedelta(days=7 * week + day, minutes=minutes, seconds=draws.below(60))


def enquiry(draws: Draws, company: dict[str, str], who: dict[str, str], at: datetime) -> dict[str, str]:
    country, form = company["country"], draws.one(FORMS)
    source, medium, campaign, referrer = draws.one(SOURCES)
    language = draws.one(LANGUAGES[country])
    product = draws.one(("Robot arm", "robot arm", "arm", "AMR", "Rover", "Machine vision", "vision", ""))
    row = {
        **who,
        "Submitted At": at.isoformat(" "),
        "Form": form,
        "Company": company["name"],
        "Website": draws.one(("", "", f"www.{company['domain']}", f"https://{company['domain']}/")),
        "Country": draws.one(WORDS[country]),
        "State": company["state"] if draws.percent(60) else "",
        "City": company["city"],
        "Postcode": company["postcode"] if draws.percent(75) else "",
        "Language": draws.one((language, language, "")),
        "Employees": draws.one(SIZES[int(company["size"])]) if draws.percent(85) else "",
        "Product Interest": product,
        "Message": draws.one(MESSAGES[language if language in MESSAGES else "en"])
        if not form.startswith("Down")
        else "",
        "Lead Source": source,
        "UTM Medium": medium,
        "UTM Campaign": campaign,
        "Landing Page": f"https://www.northwind.example/{slug(form.split(':')[0])}?utm_source={slug(source)}",
        "Referrer": referrer,
        "Marketing Consent": draws.one(("yes", "yes", "no", "", "ja")),
        "Booth": "B2.417" if medium == "event" else "",
    }
    return untidied(draws, row)


def untidied(draws: Draws, row: dict[str, str]) -> dict[str, str]:
    """What people and forms do to fields."""
    if draws.percent(12):
        row["E-Mail "] = row["E-Mail "].title() if draws.percent(50) else f" {row['E-Mail '].upper()}"
    if draws.percent(4):
        row["City"] = {"New York City": "NYC", "Munich": "München"}.get(row["City"], row["City"].upper())
    if draws.percent(3):
        row["Phone"] = draws.one(("call me", "12345", "n/a", "+49"))
    if draws.percent(2):
        row["Country"] = draws.one(("", "ZZ", "Bavaria", "Erth"))
    if draws.percent(2):
        row["Employees"] = draws.one(("k.A.", "many", "-5"))
    if draws.percent(2):
        row["Last Name"] = ""
    if draws.percent(1):
        row["E-Mail "] = (
            draws.one(("max@", "anna(at)firma.example", "a b@x.example")) if row["Phone"] else row["E-Mail "]
        )
    return row


def again(draws: Draws, row: dict[str, str]) -> dict[str, str]:
    """The same person some days later: other spelling, other form, other source."""
    later = datetime.fromisoformat(row["Submitted At"]) + timedelta(
        hours=draws.below(90) + 1, minutes=draws.below(60)
    )
    source, medium, campaign, referrer = draws.one(SOURCES)
    spelt = draws.one((str.upper, str.lower, str.title, lambda name: slug(name).title()))
    return {
        **row,
        "Submitted At": later.isoformat(" "),
        "Form": draws.one(("Book a demo", "Request pricing", "Chat")),
        "First Name": spelt(row["First Name"]) if draws.percent(60) else row["First Name"][:1] + ".",
        "Last Name": spelt(row["Last Name"]),
        "E-Mail ": row["E-Mail "].swapcase(),
        "Company": row["Company"].split()[0] if draws.percent(50) else "",
        "Message": "Any news about my question?",
        "Lead Source": source,
        "UTM Medium": medium,
        "UTM Campaign": campaign,
        "Referrer": referrer,
    }


def rows() -> list[dict[str, str]]:
    draws = Draws(20261102)
    known = companies(draws)
    found = []
    for number in range(500):
        company = known[number % len(known)] if draws.percent(78) else draws.one(known[:45])
        found.append(enquiry(draws, company, person(draws, company), arrival(draws)))
    found += [again(draws, draws.one(found[:400])) for _ in range(48)]
    for domain, name, country in ACCOUNTS:
        city, state, postcode = CITIES[country][0]
        company = {"name": name, "domain": domain, "country": country, "city": city, "state": state,
                   "postcode": postcode, "size": "1500"}  # fmt: skip
        found += [
            enquiry(draws, company, person(draws, company), arrival(draws)) for _ in range(2 + draws.below(2))
        ]
    found += [{"Submitted At": arrival(draws).isoformat(" "), **row} for row in JUNK]
    found.sort(key=lambda row: row["Submitted At"])
    for number, row in enumerate(found, start=1):
        row["Event ID"] = f"nw-{number:04}"
    found[70]["Submitted At"] = "2026-11-31 10:15:00"
    found[210]["Submitted At"] = "05/11/2026"
    found[350]["E-Mail "] = found[350]["Phone"] = ""
    found.insert(121, dict(found[120]))  # the form's retry: the same event twice
    return found


def main(path: Path = HERE / "inbound.csv") -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="", lineterminator="\n")
        writer.writeheader()
        for number, row in enumerate(rows()):
            if number == 300:
                file.write(
                    "nw-x001,2026-11-09 09:12:00,Contact us,Ivo,Horvat,ivo@horvat.example,Horvat, d.o.o.,HR\n"
                )
            if number == 420:
                file.write('nw-x002,2026-11-11 11:40:00,Contact us,"Bea,Kos,bea@kos.example\n')
            writer.writerow(row)


if __name__ == "__main__":
    main()
