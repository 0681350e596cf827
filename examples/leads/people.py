"""The words make_inbound.py makes leads of. Everybody and every company here is invented."""

COUNTRIES = (
    ("DE", 26), ("US", 20), ("GB", 8), ("FR", 8), ("SE", 6), ("AT", 5), ("CH", 5), ("PL", 6), ("NL", 4), ("IT", 4),
    ("ES", 3), ("AE", 4), ("DK", 2), ("NO", 2), ("CA", 3), ("BR", 2), ("IN", 2),
)  # fmt: skip

_GERMAN = (
    (
        "Keller",
        "Brandt",
        "Huber",
        "Vogt",
        "Lindner",
        "Groß",
        "Schäfer",
        "Kühn",
        "Albers",
        "Petersen",
        "Mayer",
        "Jäger",
    ),
    (
        "Antriebe GmbH",
        "Maschinenbau AG",
        "Fördertechnik GmbH & Co. KG",
        "Verpackungen GmbH",
        "Logistik SE",
        "Feinguss KG",
    ),
)
_ENGLISH = (
    (
        "Ashford",
        "Whitmore",
        "Calloway",
        "Redwood",
        "Harbor",
        "Pinecrest",
        "Summit",
        "Granite",
        "Beacon",
        "Langley",
    ),
    (
        "Foods Inc.",
        "Packaging LLC",
        "Motors Corp",
        "Logistics Inc",
        "Plastics Co.",
        "Devices Ltd",
        "Dairy Group",
    ),
)
_SCANDINAVIAN = (
    ("Berglund", "Sjöberg", "Ek", "Nordin", "Åkesson", "Hagen", "Østergaard", "Dahl"),
    ("Verkstad AB", "Mekanik AB", "Logistik A/S", "Industri AS", "Emballage AB"),
)
COMPANIES = {
    **dict.fromkeys(("DE", "AT", "CH"), _GERMAN),
    **dict.fromkeys(("US", "GB", "CA"), _ENGLISH),
    **dict.fromkeys(("SE", "DK", "NO"), _SCANDINAVIAN),
    "FR": (
        ("Delorme", "Garnier", "Lacombe", "Morel", "Bérard"),
        ("Mécanique SARL", "Emballages SAS", "Logistique SA"),
    ),
    "PL": (
        ("Wiśniewski", "Kaczmarek", "Zając", "Żak"),
        ("Maszyny Sp. z o.o.", "Opakowania S.A.", "Meble sp. j."),
    ),
    "NL": (("De Groot", "Van Dijk", "Bakker"), ("Techniek B.V.", "Verpakking BV", "Logistiek N.V.")),
    "IT": (("Ferrari e Figli", "Bianchi", "Moretti"), ("Meccanica S.r.l.", "Imballaggi S.p.A.")),
    "ES": (("Navarro", "Ibáñez", "Soler"), ("Maquinaria S.L.", "Envases S.A.")),
    "AE": (("Al Noor", "Gulf Star", "Desert Palm"), ("Trading LLC", "Industries FZE", "Logistics FZCO")),
    "BR": (("Oliveira", "Souza"), ("Máquinas Ltda", "Embalagens S.A.")),
    "IN": (("Sharma", "Patel"), ("Engineering Pvt Ltd", "Industries Ltd")),
}
CITIES = {
    "DE": (("Berlin", "Berlin", "10115"), ("Munich", "Bayern", "80331"), ("Nürnberg", "BY", "90402"),
           ("Hamburg", "HH", "20095"), ("Stuttgart", "Baden-Württemberg", "70173"), ("Köln", "NW", "50667")),
    "AT": (("Wien", "", "1010"), ("Linz", "", "4020")),
    "CH": (("Zürich", "ZH", "8001"), ("Lausanne", "VD", "1003")),
    "US": (("New York City", "NY", "10001"), ("Boston", "MA", "02108"), ("Austin", "TX", "78701"),
           ("San Jose", "California", "95110"), ("Chicago", "IL", "60601")),
    "GB": (("London", "", "EC1A 1BB"), ("Manchester", "", "M1 1AE")),
    "CA": (("Toronto", "ON", "M5H 2N2"), ("Montréal", "QC", "H2Y 1C6")),
    "FR": (("Paris", "", "75002"), ("Lyon", "", "69002")),
    "SE": (("Göteborg", "", "411 03"), ("Stockholm", "", "111 21")),
    "DK": (("Aarhus", "", "8000"),),
    "NO": (("Oslo", "", "0150"),),
    "PL": (("Warszawa", "", "00-001"), ("Poznań", "", "61-001")),
    "NL": (("Eindhoven", "", "5611 AA"),),
    "IT": (("Torino", "", "10121"),),
    "ES": (("Barcelona", "", "08001"),),
    "AE": (("Dubai", "", ""),),
    "BR": (("São Paulo", "SP", "01000-000"),),
    "IN": (("Pune", "MH", "411001"),),
}  # fmt: skip
WORDS = {
    "DE": ("Germany", "Deutschland", "DE", "germany", "GERMANY"), "AT": ("Austria", "Österreich", "AT"),
    "CH": ("Switzerland", "Schweiz", "CH", "Suisse"), "US": ("United States", "USA", "US", "U.S.A."),
    "GB": ("United Kingdom", "UK", "England", "GB"), "CA": ("Canada", "CA"), "FR": ("France", "FR", "france"),
    "SE": ("Sweden", "Sverige", "SE"), "DK": ("Denmark", "Danmark"), "NO": ("Norway", "NO", "Norge"),
    "PL": ("Poland", "Polska", "PL"), "NL": ("Netherlands", "Holland", "NL"), "IT": ("Italy", "Italia"),
    "ES": ("Spain", "España"), "AE": ("United Arab Emirates", "UAE", "AE"), "BR": ("Brazil", "Brasil"),
    "IN": ("India", "IN"),
}  # fmt: skip
LANGUAGES = {
    "DE": ("de", "de", "de-DE", "Deutsch", "english"), "AT": ("de", "de-AT"), "CH": ("de", "de", "fr"),
    "US": ("en", "en", "en_US"), "GB": ("en", "en-GB"), "CA": ("en", "en", "fr"), "FR": ("fr", "fr", "fr_FR"),
    "SE": ("sv", "sv", "en"), "DK": ("da", "en"), "NO": ("no", "en"), "PL": ("pl", "pl", "en"), "NL": ("nl", "en"),
    "IT": ("it", "it"), "ES": ("es", "es"), "AE": ("ar", "ar", "english"), "BR": ("pt", "pt-BR"), "IN": ("en",),
}  # fmt: skip
FIRST = {
    "de": ("Anna", "Jürgen", "Käthe", "Matthias", "Björn", "Ursula", "Lukas", "Heike", "Sören", "Annelie"),
    "en": ("Grace", "Marcus", "Priya", "Owen", "Tamika", "Walter", "Siobhan", "Derek", "Naomi", "Carlos"),
    "fr": ("Élodie", "François", "Chloé", "Benoît", "Aurélie"),
    "sv": ("Åsa", "Göran", "Linnéa", "Håkan"), "da": ("Søren", "Mette"), "no": ("Ingrid", "Øyvind"),
    "pl": ("Małgorzata", "Łukasz", "Agnieszka", "Paweł"), "nl": ("Sanne", "Joost"), "it": ("Giulia", "Lorenzo"),
    "es": ("Íñigo", "Marta"), "ar": ("فاطمة", "Yousef", "Layla", "محمد"), "pt": ("João", "Beatriz"),
}  # fmt: skip
LAST = {
    "de": ("Müller", "Weiß", "von der Heide", "Schröder", "Özdemir", "Böhm", "Krause", "Nguyen", "Meyer-Lüdenscheidt"),
    "en": ("O'Brien", "Washington", "Patel", "MacLeod", "Reyes", "Lee", "Thornton", "Kaur", "Smith Jr."),
    "fr": ("Lefèvre", "Dupont", "de La Tour", "N'Diaye"), "sv": ("Lindström", "Öberg", "Sjögren"),
    "da": ("Kjær", "Jørgensen"), "no": ("Sæther", "Haugen"), "pl": ("Wójcik", "Żółkiewski", "Kowalska", "Nowak"),
    "nl": ("van den Berg", "de Vries"), "it": ("D'Angelo", "Esposito"), "es": ("García Muñoz", "Ibáñez"),
    "ar": ("الزهراء", "Haddad", "Al Mansoori"), "pt": ("da Silva", "Gonçalves"),
}  # fmt: skip
ROMAN = {"فاطمة": "fatima", "محمد": "mohammed", "الزهراء": "alzahra"}  # as they stand in addresses
TITLES = {
    "de": ("Werkleiter", "Leiterin Produktion", "Einkauf", "Geschäftsführer", "Ingenieurin"),
    "en": ("Plant Manager", "VP Operations", "Automation Engineer", "Buyer", "COO", "Head of Manufacturing"),
    "fr": ("Directeur d'usine", "Acheteuse"), "sv": ("Fabrikschef", "Inköpare"), "da": ("Fabrikschef",),
    "no": ("Produksjonsleder",), "pl": ("Kierownik produkcji", "Dyrektor"), "nl": ("Productiemanager",),
    "it": ("Responsabile produzione",), "es": ("Jefa de planta",), "ar": ("مدير", "Operations Manager"),
    "pt": ("Gerente de produção",),
}  # fmt: skip
PHONES = {  # numbers that are set aside for fiction
    "DE": ("030 23125 1#", "+49 (0)89 99998-3#", "0049 221 4710 1#", "040/66969 8#", "+49 69 90009 1#"),
    "US": ("(212) 555-01#", "+1 415 555 01#", "512.555.01#", "617-555-01#"),
    "CA": ("416-555-01#", "+1 514 555 01#"),
    "GB": ("020 7946 09#", "+44 161 496 09#", "07700 9001#"),
    "FR": ("01 99 00 12 #", "+33 6 39 98 01 #"),
    "SE": ("08-465 004 #", "+46 31 390 60 #"),
}  # fmt: skip
MESSAGES = {
    "de": ("Wir suchen einen Roboterarm für die Palettierung.", "Bitte um ein Angebot für 3 Stück.",
           "Was kostet die Vision-Lösung?", "Rückruf bitte ab 14 Uhr.", ""),
    "en": ("We want to automate two packing lines by March, can you demo next week?", "Pricing for 4 rovers please",
           "Does the arm lift 20 kg?", "Looking for a quote, budget approved.", "Call me", ""),
    "fr": ("Nous souhaitons une démonstration du bras robotisé.", "Quel est le prix, \"tout compris\" ?"),
    "pl": ("Proszę o ofertę na dwa roboty.", "Ile kosztuje system wizyjny?"),
    "sv": ("Vi vill se en demo av rovern.", "Vad kostar armen?"),
    "ar": ("نرغب في عرض سعر لذراع روبوت.", "We need two arms for our warehouse in Jebel Ali"),
}  # fmt: skip
ACCOUNTS = (  # companies somebody at Northwind knows already: accounts.csv, do-not-assign lists, a partner
    ("contoso.example", "Contoso Manufacturing", "US"), ("contoso.example", "Contoso GmbH", "DE"),
    ("fabrikam.example", "Fabrikam Robotics Resale", "GB"), ("bigbank.example", "Big Bank plc", "GB"),
    ("rival.example", "Rival Robots Inc", "US"), ("adventure-works.example", "Adventure Works AG", "DE"),
    ("tailspin.example", "Tailspin Toys", "US"), ("wideworld.example", "Wide World Importers", "NL"),
    ("nordkraft.example", "Nordkraft AB", "SE"), ("alpenstahl.example", "Alpenstahl AG", "AT"),
    ("gulfpack.example", "Gulf Pack LLC", "AE"), ("litware.example", "Litware Sp. z o.o.", "PL"),
)  # fmt: skip
JUNK = (
    {"Form": "Contact us", "First Name": "test", "Last Name": "test", "E-Mail ": "test@test.example", "Company": "test",
     "Country": "DE", "Message": "test"},
    {"Form": "Book a demo", "First Name": "asdf", "Last Name": "asdf", "E-Mail ": "asdf@asdf.example", "Company": "asdf",
     "Country": "US", "Message": "asdf"},
    {"Form": "Download: ROI calculator", "First Name": "Jonas", "Last Name": "Beck", "E-Mail ": "jonas.beck@uni.example",
     "Company": "TU Berlin", "Job Title": "Student", "Country": "Germany", "Message": "For my bachelor thesis"},
    {"Form": "Contact us", "First Name": "Mia", "Last Name": "Chen", "E-Mail ": "mia.chen.example11@gmail.com",
     "Job Title": "student", "Country": "USA", "Message": "Do you have a free robot for our school club?"},
    {"Form": "Careers", "First Name": "Ravi", "Last Name": "Menon", "E-Mail ": "ravi.menon.example12@gmail.com",
     "Country": "India", "Message": "Please find my CV attached"},
    {"Form": "Support", "First Name": "Birgit", "Last Name": "Lang", "E-Mail ": "b.lang@adventure-works.example",
     "Phone": "030 23125 199", "Company": "Adventure Works AG", "Country": "Deutschland", "Language": "de",
     "Message": "Unser Arm zeigt Fehler E-17, die Linie steht!"},
    {"Form": "Support", "First Name": "Hank", "Last Name": "Doyle", "E-Mail ": "hdoyle@tailspin.example",
     "Phone": "212-555-0177", "Company": "Tailspin Toys", "Country": "US", "Message": "Rover 3 lost its map again"},
    {"Form": "Become a partner", "First Name": "Inès", "Last Name": "Roche", "E-Mail ": "ines@integra-robotique.example",
     "Company": "Integra Robotique", "Country": "France", "Language": "fr", "Message": "Nous intégrons vos robots"},
    {"Form": "Contact us", "First Name": "SEO", "Last Name": "Experts", "E-Mail ": "win@rank-first.example",
     "Company": "Rank First", "Country": "IN", "Message": "We get you to page 1 of Google!!! <a href=x>click</a>"},
    {"Form": "Contact us", "First Name": "=HYPERLINK(\"http://evil.example\")", "Last Name": "x",
     "E-Mail ": "x@evil.example", "Company": "=2+2", "Country": "US", "Message": "'; DROP TABLE leads;--"},
    {"Form": "Chat", "First Name": "", "Last Name": "", "E-Mail ": "", "Phone": "+49 30 23125 155", "Country": "",
     "Message": "hi"},
    {"Form": "Chat", "First Name": "Visitor", "Last Name": "4711", "E-Mail ": "", "Phone": "", "Message": "anyone there?"},
)  # fmt: skip
