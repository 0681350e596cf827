"""What columns are called where leads come from, by field of ours, in the languages and systems we have met.

The names met most stand here, those of further languages in data/column_names.csv. Names are as `guessing.words` leaves them:
small letters, no marks, single blanks. The first name of a field is its own.
"""

from importlib.resources import files

_FIRST: dict[str, tuple[str, ...]] = {
    "first_name": (
        "first name", "firstname", "given name", "givenname", "forename", "vorname", "prenom", "nombre", "voornaam", "nome",
        "name first",
    ),
    "last_name": (
        "last name", "lastname", "surname", "family name", "familyname", "nachname", "familienname", "nom", "nom de famille",
        "apellido", "apellidos", "achternaam", "cognome", "name last",
    ),
    "name": (
        "name", "full name", "fullname", "contact name", "lead name", "your name", "contact", "ansprechpartner",
        "kontakt", "name full", "patient name", "customer name",
    ),
    "email": (
        "email", "e mail", "mail", "email address", "e mail address", "emailaddress", "mail address", "work email",
        "business email", "e mail adresse", "emailadresse", "mailadresse", "correo", "correo electronico", "courriel",
    ),
    "phone": (
        "phone", "telephone", "phone number", "telephone number", "phonenumber", "tel", "telefon", "telefonnummer",
        "rufnummer", "mobile", "mobile phone", "mobile number", "mobil", "handy", "cell", "cell phone", "telefono",
        "telefoonnummer", "work phone", "business phone",
    ),
    "company": (
        "company", "company name", "companyname", "organization", "organisation", "organization name", "account",
        "account name", "employer", "business name", "firma", "firmenname", "unternehmen", "entreprise", "societe", "empresa",
        "bedrijf", "azienda", "name org",
    ),
    "website": (
        "website", "web site", "homepage", "company website", "company url", "domain", "company domain", "webseite", "url",
    ),
    "title": (
        "title", "job title", "jobtitle", "position", "job role", "berufsbezeichnung", "funktion", "cargo", "poste", "role",
        "stellenbezeichnung", "puesto", "fonction", "functietitel", "qualifica",
    ),
    "seniority": ("seniority", "job level", "job seniority", "management level", "seniority level", "hierarchieebene"),
    "function": ("function", "job function", "department", "abteilung", "departement", "departamento", "fachbereich"),
    "country": (
        "country", "country name", "land", "pays", "pais", "paese", "country code", "nation", "addr country",
        "mailing country", "nationality",
    ),
    "state": (
        "state", "state province", "province", "bundesland", "kanton", "canton", "state code", "addr state", "mailing state",
    ),
    "city": ("city", "town", "ort", "stadt", "wohnort", "ville", "ciudad", "stad", "suburb", "addr city", "mailing city"),
    "postcode": (
        "postcode", "post code", "postal code", "postalcode", "zip", "zip code", "zipcode", "zip postal code", "plz",
        "postleitzahl", "code postal", "codigo postal", "addr postal code", "mailing postal code",
    ),
    "language": ("language", "preferred language", "sprache", "langue", "idioma", "taal", "locale"),
    "zone": ("time zone", "timezone", "zeitzone", "fuseau horaire"),
    "employees": (
        "employees", "number of employees", "numberofemployees", "employee count", "company size", "headcount", "mitarbeiter",
        "mitarbeiterzahl", "anzahl mitarbeiter", "staff", "no of employees",
    ),
    "employees_band": ("employee range", "employees range", "company size range", "size band", "headcount range"),
    "revenue_band": ("revenue range", "revenue band", "annual revenue range"),
    "revenue": ("revenue", "annual revenue", "annualrevenue", "yearly revenue", "turnover", "umsatz", "jahresumsatz"),
    "industry": (
        "industry", "sector", "branche", "secteur", "gics sector", "business segment", "naics", "naics code", "naics description",
        "industrie", "industria", "settore", "setor", "vertical",
    ),
    "product": (
        "product", "product interest", "interest", "interested in", "product of interest", "produkt", "produktinteresse",
        "preferred property type",
    ),
    "need": ("need", "needs", "pain point", "challenge", "use case", "bedarf", "besoin", "necesidad"),
    "timeline": (
        "timeline", "time line", "timeframe", "time frame", "purchase timeline", "purchase timeframe", "buying timeframe",
        "purchasing time frame", "zeitplan", "kaufzeitpunkt",
    ),
    "budget": ("budget", "budget range", "project budget", "available budget", "presupuesto"),
    "authority": ("authority", "buying role", "decision role", "role in decision", "role in purchase", "role in purchase process", "entscheiderrolle"),
    "message": (
        "message", "comments", "comment", "notes", "note", "nachricht", "your message", "question", "enquiry", "inquiry",
        "anfrage", "kommentar", "bemerkung",
    ),
    "source": (
        "source", "lead source", "leadsource", "utm source", "origin", "original source", "quelle", "herkunft", "channel",
        "marketing channel",
    ),
    "medium": ("medium", "utm medium", "original medium", "session medium"),
    "campaign": ("campaign", "utm campaign", "campaign name", "kampagne", "first touch campaign", "ad campaign"),
    "term": ("term", "utm term", "keyword", "search term", "utm keyword"),
    "content": ("utm content", "ad content", "ad name"),
    "channel": ("utm channel", "channel group", "default channel group", "default channel grouping", "original source type"),
    "offer": ("offer", "offer name", "asset", "lead magnet", "angebot", "oferta", "offre"),
    "topic": ("topic", "subject", "betreff", "thema", "sujet", "asunto", "reason for contact", "how can we help"),
    "pages": ("pages", "pages visited", "pages viewed", "page views", "visited pages", "besuchte seiten"),
    "downloads": ("downloads", "downloaded files", "downloaded content", "files downloaded"),
    "landing_page": ("landing page", "landingpage", "landing page url", "first page seen", "page url", "conversion page"),
    "referrer": ("referrer", "referer", "original referrer", "referring url"),
    "intent": ("intent", "form", "form name", "anliegen", "request type"),
    "external_id": (
        "external id", "crm id", "lead id", "contact id", "customer id", "record id", "unique id", "rec id", "mql id", "id",
        "kundennummer",
    ),
    "consent": (
        "consent", "marketing consent", "opt in", "optin", "email opt in", "marketing opt in", "newsletter", "einwilligung",
        "gdpr consent", "consent to contact",
    ),
    "score": ("score", "lead score", "leadscore"),
    "@event": ("event id", "eventid", "submission id", "form submission id", "response id", "entry id", "conversion id"),
    "@arrived": (
        "submitted at", "submitted", "submission date", "created at", "createdat", "created date", "createddate",
        "create date", "createdate", "date created", "received at", "lead date", "first contact date", "timestamp",
        "datum", "eingang", "eingangsdatum", "date", "zeitstempel",
    ),
}  # fmt: skip


def _further() -> dict[str, tuple[str, ...]]:
    text = files("firstright.intake").joinpath("data", "column_names.csv").read_text("utf-8")
    rows = (row.partition(",") for row in text.splitlines() if not row.startswith("#"))
    return {field: tuple(names.split("|")) for field, _, names in rows}


_MORE = _further()  # of twenty-five languages
NAMES: dict[str, tuple[str, ...]] = {
    field: (*names, *_MORE.get(field, ())) for field, names in _FIRST.items()
}

# Parts of a name that say whose system it is from, and nothing about the column.
SYSTEM_WORDS = frozenset(
    {"property", "primary", "mailing", "addr", "hs", "sf", "lead", "contact", "custom", "c"}
)
