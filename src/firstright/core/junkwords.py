"""The words the shipped junk checks go by, in several languages. Only phrases that a customer hardly writes: a word that is
merely frequent in junk does not belong here, for each false one costs a deal.

They are compared as whole words, without case and accents.
"""

# Someone who wants work, of us. "job applications" alone is what somebody who buys software for them says.
APPLIES = (
    "my resume", "my cv", "my curriculum vitae", "resume attached", "cv attached", "my application for the position",
    "i am applying for the position", "i am applying for a position", "i am applying for the role",
    "i am applying for a job", "apply for the position of", "like to apply for the position", "want to apply for a job",
    "like to apply for a job", "i am looking for a job in", "i am looking for a job as", "i am seeking employment",
    "do you have any open positions", "do you have any job openings", "are you hiring",
    "ich bewerbe mich", "bewerbe ich mich", "meine bewerbung", "meinen lebenslauf", "mein lebenslauf",
    "meine bewerbungsunterlagen", "ich suche arbeit als", "ich suche einen job als", "ich suche eine stelle als",
    "initiativbewerbung als", "mon cv", "ma candidature", "je postule", "ma candidature spontanee",
    "je cherche un emploi", "je cherche du travail", "mi cv", "mi curriculum", "mi candidatura", "busco trabajo como",
    "busco empleo", "meu curriculo", "minha candidatura", "procuro emprego", "procuro trabalho como", "il mio cv",
    "il mio curriculum", "la mia candidatura", "cerco lavoro come", "mijn cv", "mijn sollicitatie", "ik solliciteer",
    "ik zoek werk als", "moje cv", "szukam pracy jako", "mitt cv", "jag soker jobb", "私の履歴書", "제 이력서",
)  # fmt: skip
JOB_TOPICS = frozenset({
    "job", "jobs", "job application", "job applications", "career", "careers", "vacancy", "vacancies", "employment",
    "apply for a job", "work with us", "join us", "bewerbung", "bewerbungen", "karriere", "stellenangebote",
    "candidature", "emploi", "recrutement", "empleo", "trabaja con nosotros", "lavora con noi", "carriera",
    "vacature", "vacatures", "sollicitatie", "kariera", "praca", "karriar", "採用", "採用について",
})  # fmt: skip
JOB_TITLES = frozenset({
    "job seeker", "jobseeker", "looking for a job", "looking for opportunities", "seeking opportunities",
    "open to work", "unemployed", "arbeitssuchend", "arbeitslos", "demandeur d emploi", "demandeur demploi",
    "en busqueda de empleo", "in cerca di lavoro", "werkzoekende",
})  # fmt: skip

STUDIES = (
    "for my thesis", "my thesis on", "my thesis about", "writing my thesis", "my bachelor thesis", "my bachelors thesis",
    "my master thesis", "my masters thesis", "my phd thesis", "my dissertation on", "for my dissertation",
    "i am a student at", "i am a student of", "i am a student in", "i am a student and", "i am a student from",
    "i am a student studying", "i am a university student", "i am a college student", "i am a phd student",
    "my school project", "my university project", "my college project", "for my homework", "my term paper",
    "meine bachelorarbeit", "meine masterarbeit", "meine abschlussarbeit", "meiner bachelorarbeit",
    "meiner masterarbeit", "meiner abschlussarbeit", "meine hausarbeit", "ich bin student", "ich bin studentin",
    "ich bin schuler", "ich bin schulerin", "je suis etudiant", "je suis etudiante", "mon memoire de master",
    "soy estudiante", "para mi tesis", "mi trabajo de fin de grado", "sou estudante", "minha tese",
    "sono uno studente", "sono una studentessa", "la mia tesi", "ik ben student", "ik ben studente",
    "mijn scriptie", "jestem studentem", "jestem studentka", "jag ar student", "私は学生です", "我是学生",
)  # fmt: skip
STUDENT_TITLES = frozenset({
    "student", "students", "university student", "college student", "high school student", "phd student",
    "doctoral student", "master student", "masters student", "bachelor student", "graduate student",
    "undergraduate", "undergraduate student", "mba student", "studentin", "schuler", "schulerin", "doktorand",
    "doktorandin", "werkstudent", "werkstudentin", "etudiant", "etudiante", "estudiante", "estudante", "studente",
    "studentessa", "studentka", "lycee", "lyceen", "alumno", "alumna", "学生", "학생",
})  # fmt: skip

# What is offered, to us: with one of OFFERED there must be one of OURS, and none of WANTED.
OFFERED = (
    "seo", "search engine optimization", "search engine optimisation", "suchmaschinenoptimierung", "link building",
    "linkbuilding", "backlink", "backlinks", "guest post", "guest posts", "guest posting", "gastbeitrag",
    "gastartikel", "sponsored post", "sponsored article", "link insertion", "link exchange", "linktausch",
    "web design services", "website design services", "web development services", "mobile app development services",
    "social media marketing services", "digital marketing services", "lead generation services",
    "virtual assistant services", "email list", "e mail list", "mailing list of", "verified contacts",
    "referencement", "posicionamiento web", "posizionamento", "zoekmachineoptimalisatie", "pozycjonowanie",
)  # fmt: skip
OURS = (
    "your website", "your site", "your web site", "your blog", "your domain", "your webpage", "your online presence",
    "your rankings", "your google ranking", "your company website", "your homepage",
    "ihre website", "ihre webseite", "ihrer website", "ihrer webseite", "ihre seite", "ihrem blog", "ihren blog",
    "votre site", "votre blog", "su sitio web", "tu sitio web", "su pagina web", "tu pagina web", "seu site",
    "vostro sito", "il tuo sito", "suo sito", "uw website", "jouw website", "panstwa strony", "twoja strona",
    "twojej strony",
)  # fmt: skip
OFFERS_IT = (
    "we offer", "we provide", "we specialize in", "we specialise in", "i offer", "i provide", "our services",
    "our agency", "our team of experts", "we can help you", "i can help you", "we can improve", "i can improve",
    "we can rank", "we help businesses", "i am reaching out", "i noticed your", "i found your", "i came across",
    "we would like to publish", "i would like to publish", "i would like to contribute", "we would love to contribute",
    "do you accept", "free audit", "free seo audit", "wir bieten", "ich biete", "unsere agentur", "nous proposons",
    "notre agence", "ofrecemos", "nuestra agencia", "oferecemos", "offriamo", "la nostra agenzia", "wij bieden",
    "oferujemy",
)  # fmt: skip
PITCHES = (  # enough alone
    "guest post on your", "guest posts on your", "guest post for your", "guest article on your", "write for your blog",
    "sponsored post on your", "sponsored article on your", "link insertion on your", "backlink from your",
    "backlinks to your site", "backlinks to your website", "backlinks for your", "rank your website", "rank your site",
    "improve your website ranking", "redesign your website", "redesigning your website", "increase your website traffic",
    "your website on the first page of google", "first page of google for your", "page 1 of google for your",
    "gastbeitrag auf ihrer", "gastartikel auf ihrer",
)  # fmt: skip
WANTED = (  # whoever buys says one of these; then nobody offers
    "a demo", "your pricing", "your prices", "your product", "your products", "your platform", "your software",
    "your solution", "your tool", "a quote", "a trial", "free trial", "buy", "purchase", "eine demo", "ihr produkt",
    "ihre produkte", "ihre preise", "ein angebot von ihnen", "une demo", "votre produit", "una demo", "su producto",
    "vostro prodotto", "uw product",
)  # fmt: skip

SPAM = (  # with a link that is not their own
    "viagra", "cialis", "online casino", "casino bonus", "sex dating", "adult dating", "onlyfans", "porn videos",
    "buy followers", "buy instagram followers", "forex signals", "binary options", "crypto investment opportunity",
    "bitcoin investment", "double your bitcoin", "earn money online", "make money online", "make money fast",
    "work from home and earn", "payday loan", "replica watches", "weight loss pills", "claim your prize",
    "казино", "заработок в интернете", "быстрый займ",
)  # fmt: skip

TEST_LOCALS = frozenset({
    "test", "testtest", "test.test", "test-test", "test_test", "testuser", "test.user", "test-user",
    "test_user", "testlead", "test.lead", "test-lead", "test_lead", "testaccount", "testmail", "testemail",
    "foobar", "foo.bar", "asdf", "asdfasdf", "asdfgh", "qwerty", "qwertz", "qwer", "sdfsdf", "dummy",
})  # fmt: skip
TEST_WORDS = frozenset(
    {"test", "tests", "testing", "teste", "prueba", "prova", "testlead", "testuser", "dummy"}
)
TEST_FILLERS = frozenset(
    {
        "user",
        "lead",
        "person",
        "contact",
        "name",
        "company",
        "entry",
        "account",
        "customer",
        "1",
        "2",
        "3",
        "123",
    }
)
TEST_MESSAGES = frozenset({
    "this is a test", "this is just a test", "this is only a test", "just a test", "just testing", "only a test",
    "test message", "test entry", "test lead", "test submission", "please ignore", "please ignore this", "ignore",
    "test please ignore", "this is a test please ignore", "testing the form", "testing this form", "form test",
    "test form", "dies ist ein test", "das ist ein test", "nur ein test", "test bitte ignorieren", "bitte ignorieren",
    "testanfrage", "ceci est un test", "c est un test", "cest un test", "esto es una prueba", "solo una prueba",
    "questa e una prova", "isto e um teste", "dit is een test", "to jest test", "テスト", "テストです", "测试",
})  # fmt: skip
MASHED = ("asdfghjkl", "asdfjkl", "qwertyuiop", "qwertzuiop", "zxcvbnm", "yxcvbnm", "sdf", "sdfg", "dfg", "dfgh", "fgh", "fghj",
          "hjkl", "jkl", "lkj", "lkjh", "asd", "dsa", "fdsa", "qwe", "zxc", "yxc")  # fmt: skip
