"""Forms of other people's pages: what is sent becomes a lead once, and the answer gives nothing away."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from firstright.desk.sources import Add, Change, Described, Switch, change_sources
from firstright.intake.formsettings import FieldKind, FormField, FormSettings
from web.formpages import FAST, LINE, ORIGIN, Page, person
from web.houses import House, codes


def test_a_script_is_told_that_it_was_received_and_nothing_else(house: House) -> None:
    page = Page(house)
    answer = page.script(person())
    assert (answer.status_code, list(answer.json())) == (201, ["received"])
    assert answer.headers["access-control-allow-origin"] == ORIGIN and answer.headers["vary"] == "Origin"
    assert page.kept() == [("created", [])]


def test_whether_the_person_was_known_makes_no_difference(house: House) -> None:
    page = Page(house)
    first, again = page.script(person(7_000)), page.script({**person(7_000), "message": "Hello?"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert [name for name in first.headers if name not in ("date", "content-length")] == [
        name for name in again.headers if name not in ("date", "content-length")
    ]
    assert [label for label, _ in page.kept()] == ["created", "merged"]


@pytest.mark.parametrize("kind", ["json", "urlencoded", "multipart"])
def test_a_form_may_be_sent_in_each_of_three_ways(house: House, kind: str) -> None:
    page = Page(house)
    sent = {**person(), "first_name": "Zoë", "company": "Ünal & Söhne", "message": "a\r\nb"}
    url = house.url + page.path
    if kind == "json":
        answer = page.script(sent)
    elif kind == "urlencoded":
        answer = LINE.post(url, data=sent, headers={"Accept": "application/json"})
    else:
        parts = [(name, (None, value.encode())) for name, value in sent.items()]
        answer = LINE.post(url, files=parts, headers={"Accept": "application/json"})
    assert answer.status_code == 201
    [lead] = page.leads()
    assert (lead["first_name"], lead["company"], lead["message"]) == ("Zoë", "Ünal & Söhne", "a\nb")


def test_a_browser_goes_on_to_a_page_of_thanks(house: House) -> None:
    page = Page(house)
    answer = page.plain(person(), Origin=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/forms/{page.name}/thanks")
    thanks = LINE.get(house.url + answer.headers["location"])
    assert thanks.status_code == 200 and "Thank you" in thanks.text
    own = Page(house, FormSettings(origins=(ORIGIN,), thanks=f"{ORIGIN}/thanks"))
    assert own.plain(person()).headers["location"] == f"{ORIGIN}/thanks"


def test_the_page_of_thanks_may_have_any_characters_in_its_address(house: House) -> None:
    page = Page(house, replace(FAST, thanks=f"{ORIGIN}/grüße?a=€"))
    answer = page.plain(person())
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ORIGIN}/gr%C3%BC%C3%9Fe?a=%E2%82%AC")


def test_what_came_with_the_visit_goes_into_its_fields(house: House) -> None:
    page = Page(house)
    visit = {
        "utm_source": "google",
        "utm_medium": "cpc",
        "utm_campaign": "spring",
        "landing_page": "https://www.acme.example/pricing",
        "referrer": "https://www.google.com/",
        "pages": "/ /pricing",
        "intent": "demo",
    }
    assert page.script({**person(), **visit}).status_code == 201
    [lead] = page.leads()
    assert {
        name: lead.get(name)
        for name in ("source", "medium", "campaign", "landing_page", "referrer", "intent")
    } == {
        "source": "google",
        "medium": "cpc",
        "campaign": "spring",
        "landing_page": "https://www.acme.example/pricing",
        "referrer": "https://www.google.com/",
        "intent": "demo",
    }
    assert b"/ /pricing" in page.raw()[0]


def test_a_stranger_may_not_score_name_or_date_themselves(house: House) -> None:
    page = Page(house)
    sent = {
        **person(),
        "score": "100",
        "external_id": "CRM-1",
        "occurred_at": "2020-01-01T00:00:00Z",
        "owner": "ada",
    }
    assert page.script(sent).status_code == 201
    [lead] = page.leads()
    assert not lead.keys() & {"external_id", "occurred_at", "owner"}
    assert lead["score"] != 100  # it has the points of the policy


ELEMENTOR = """
[source]
name = "{name}"

[columns]
"fields[email][value]" = "email"
"fields[name][value]" = "name"

[fields.intent]
column = "form[name]"
values = {{ "Request an Appointment" = "demo" }}

[constants]
campaign = "clinic"
"""


def test_a_form_of_another_system_is_read_by_its_map(house: House) -> None:
    page = Page(house)
    source = Described(page.name, form=FAST, map=ELEMENTOR.format(name=page.name))
    change_sources(house.desk, Change(source), by="test")
    sent = b"form%5Bname%5D=Request%20an%20Appointment&fields%5Bname%5D%5Bvalue%5D=avery%20sample&fields%5Bemail%5D%5Bvalue%5D=avery%40clinic.example&utm_source=ads"
    answer = page.plain(sent)
    assert answer.status_code == 303
    [lead] = page.leads()
    assert (lead["email"], lead["last_name"], lead["intent"], lead["campaign"], lead["source"]) == (
        "avery@clinic.example",
        "sample",
        "demo",
        "clinic",
        "ads",
    )


# -- What may send --


def test_only_pages_of_its_origins_may_send(house: House) -> None:
    page = Page(house)
    for origin in (
        "https://evil.example",
        "http://www.acme.example",
        f"{ORIGIN}.evil.example",
        "null",
        f"{ORIGIN}:444",
    ):
        answer = page.script(person(), Origin=origin)
        assert (answer.status_code, codes(answer)) == (403, [("", "origin.not_allowed")]), origin
        assert "access-control-allow-origin" not in answer.headers
        assert page.plain(person(), Origin=origin).status_code == 403
    assert page.kept() == []
    assert page.script(person(), Origin=house.url).status_code == 201  # our own page of it


def test_a_browser_that_asks_first_is_told(house: House) -> None:
    page = Page(house)
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = LINE.options(house.url + page.path, headers={"Origin": ORIGIN, **asking})
    told = {name: value for name, value in answer.headers.items() if name.startswith("access-control")}
    assert (answer.status_code, told) == (
        204,
        {
            "access-control-allow-origin": ORIGIN,
            "access-control-allow-methods": "POST",
            "access-control-allow-headers": "accept, content-type",
            "access-control-max-age": "600",
        },
    )
    evil = LINE.options(house.url + page.path, headers={"Origin": "https://evil.example"})
    assert evil.status_code == 403 and "access-control-allow-origin" not in evil.headers


def test_no_form_a_form_that_is_off_and_another_kind_of_source(house: House) -> None:
    page = Page(house)
    change_sources(house.desk, Add(Described(f"{page.name}-api", "api")), by="test")
    for name in ("nothing", f"{page.name}-api", "a%00b", "x" * 300):
        answer = LINE.post(f"{house.url}/v1/forms/{name}", json=person())
        assert (answer.status_code, codes(answer)) == (404, [("", "source.unknown")])
    change_sources(house.desk, Switch(page.name, False), by="test")
    answer = page.script(person())
    assert (answer.status_code, codes(answer)) == (403, [("", "source.disabled")])
    assert page.kept() == []


def test_too_many_at_once_are_told_when_to_come_back(house: House) -> None:
    page = Page(house, FormSettings(origins=(ORIGIN,), per_address=3, per_source=4))
    answers = [page.script(person()) for _ in range(4)]
    assert [a.status_code for a in answers] == [201, 201, 201, 429]
    assert codes(answers[3]) == [("", "rate.limited")] and int(answers[3].headers["retry-after"]) in range(
        1, 21
    )
    assert answers[3].headers["access-control-allow-origin"] == ORIGIN
    elsewhere = [page.script(person(), X_Forwarded_For="198.51.100.7").status_code for _ in range(2)]
    assert elsewhere == [201, 429]  # the form as a whole has had its four
    browser = page.plain(person())
    assert browser.status_code == 429 and "try again" in browser.text
    assert len(page.kept()) == 4


# -- What is wrong with it --


def test_a_script_is_told_what_a_person_can_mend_by_the_names_of_the_form(house: House) -> None:
    fields = (
        FormField("Your e-mail", "E-mail", "email", required=True),
        FormField("tel", "Phone", "tel"),
        FormField("land", "Country"),
        FormField("agree", "I agree", "checkbox", required=True),
    )
    page = Page(house, FormSettings(origins=(ORIGIN,), fields=fields))
    map_ = f'[source]\nname = "{page.name}"\n[columns]\n"Your e-mail" = "email"\ntel = "phone"\nland = "country"\n'
    settings = FormSettings(origins=(ORIGIN,), fields=fields)
    change_sources(house.desk, Change(Described(page.name, form=settings, map=map_)), by="test")
    answer = page.script({"Your e-mail": "no address", "tel": "call me", "land": "ZZ"})
    assert answer.status_code == 422
    assert sorted(codes(answer)) == [
        ("/Your e-mail", "email.invalid"),
        ("/agree", "field.missing"),
        ("/land", "country.unknown"),
        ("/tel", "phone.unparseable"),
    ]
    assert page.kept() == []
    mended = {"Your e-mail": "mara@mended.example", "tel": "030 901820", "agree": "yes"}
    assert (
        page.script(mended).status_code == 201
    )  # a number without its country is no reason to send a person back
    assert page.kept() == [("created", ["phone.needs_country"])]


def test_what_is_wrong_in_hidden_fields_is_no_reason_to_send_anybody_back(house: House) -> None:
    page = Page(house)
    assert page.script({**person(), "employees": "many", "state": "Atlantis"}).status_code == 201
    [(label, found)] = page.kept()
    assert label == "created" and found


def test_a_strict_form_sends_back_everything(house: House) -> None:
    page = Page(house, strict=True)
    answer = page.script({**person(), "employees": "many"})
    assert (answer.status_code, codes(answer)) == (422, [("/employees", "number.format")])


def test_nobody_to_reach_is_said_to_a_script_and_kept_from_a_browser(house: House) -> None:
    page = Page(house, FormSettings(origins=(ORIGIN,), fields=(FormField("email"), FormField("message"))))
    answer = page.script({"message": "call me"})
    assert (answer.status_code, codes(answer)) == (422, [("", "lead.no_contact")])
    assert page.plain({"message": "call me"}).status_code == 303
    assert page.plain({"message": "call me", "email": "nowhere"}).status_code == 303
    assert page.kept() == [
        ("quarantined", ["lead.no_contact"]),
        ("quarantined", ["email.invalid", "lead.no_contact"]),
    ]
    assert page.raw() == [b"message=call+me", b"message=call+me&email=nowhere"]


def test_a_browsers_wrong_values_are_kept_with_the_lead(house: House) -> None:
    page = Page(house)
    assert page.plain({**person(), "phone": "call me"}).status_code == 303
    assert page.kept() == [("created", ["phone.unparseable"])]


@pytest.mark.parametrize(
    "body, kind, status, code",
    [
        (b"{", "application/json", 400, "json.syntax"),
        (b"[]", "application/json", 400, "body.not_object"),
        (b'{"email": 5}', "application/json", 422, "type.expected_string"),
        (b'{"email": {"a": "b"}}', "application/json", 422, "type.expected_string"),
        (b"email=%ff", "application/x-www-form-urlencoded", 400, "encoding.utf8"),
        (b"&".join(b"f%d=x" % n for n in range(101)), "application/x-www-form-urlencoded", 422, "fields.too_many"),
        (b"message=" + b"x" * 20_001, "application/x-www-form-urlencoded", 422, "length.max"),
        (b"x" * 201 + b"=1", "application/x-www-form-urlencoded", 422, "length.max"),
        (b"message=" + b"x" * 65_536, "application/x-www-form-urlencoded", 413, "body.too_large"),
        (b"email=a", "text/plain", 415, "content_type.unsupported"),
        (b"email=a", "multipart/form-data; boundary=x", 400, "form.invalid"),
        (b"email=a", "multipart/form-data", 400, "form.invalid"),
        (b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nc\r\n--x--\r\n',
         "multipart/form-data; boundary=x", 415, "form.file"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_turned_away_with_the_reason(
    house: House, body: bytes, kind: str, status: int, code: str
) -> None:
    page = Page(house)
    headers = {"Content-Type": kind, "Accept": "application/json", "Origin": ORIGIN}
    answer = LINE.post(house.url + page.path, content=body, headers=headers)
    assert (answer.status_code, [found for _, found in codes(answer)]) == (status, [code])
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert page.kept() == []


def test_a_browser_whose_text_is_no_utf_8_is_thanked_and_its_bytes_are_kept(house: House) -> None:
    page = Page(house)
    sent = b"email=jos%e9%40old.example"
    assert [page.plain(sent).status_code for _ in range(3)] == [303, 303, 303]
    assert (page.kept(), page.raw()) == ([("quarantined", ["encoding.utf8"])], [sent])


def test_what_only_a_machine_does_is_thanked_and_put_aside(house: House) -> None:
    page = Page(house)
    good = page.script(person())
    for trap, code in (({"contact_me_by_fax": "1"}, "junk.honeypot"), ({"_took": "300"}, "junk.too_fast")):
        answer = page.script({**person(), **trap})
        assert (answer.status_code, list(answer.json()), answer.headers.keys()) == (
            good.status_code,
            list(good.json()),
            good.headers.keys(),
        )
        assert page.kept()[-1] == ("quarantined", [code])
    assert page.plain({**person(), "contact_me_by_fax": "1"}).status_code == 303
    assert page.script({**person(), "_took": "2500"}).status_code == 201
    assert page.script({**person(), "_took": "soon", "_began": "x"}).status_code == 201
    assert [label for label, _ in page.kept()].count("created") == 3 == len(page.leads())


# -- Once --


def test_200_posts_of_one_submission_at_once_are_one_lead_and_one_answer(house: House) -> None:
    page = Page(house)
    sent = {**person(), "_event": "e-1"}
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda n: page.script({**sent, "_took": str(5_000 + n)}), range(200)))
    assert {(a.status_code, a.content) for a in answers} == {(201, answers[0].content)}
    assert Counter(a.headers.get("idempotent-replayed") for a in answers) == {None: 1, "true": 199}
    assert (page.kept(), len(page.leads())) == ([("created", [])], 1)


def test_200_posts_without_a_name_are_one_lead_too(house: House) -> None:
    page = Page(house)
    sent = person()
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda _: page.plain(sent), range(200)))
    assert {a.status_code for a in answers} == {303}
    assert (page.kept(), len(page.leads())) == ([("created", [])], 1)


def test_a_stranger_who_sends_the_same_is_not_told_that_somebody_has_sent_it(house: House) -> None:
    page, sent = Page(house), person()
    theirs = page.script(sent, X_Forwarded_For="192.0.2.7")
    strangers = page.script(sent, X_Forwarded_For="203.0.113.9")
    assert theirs.json() != strangers.json() and "idempotent-replayed" not in strangers.headers
    assert page.script(sent, X_Forwarded_For="192.0.2.7").json() == theirs.json()
    assert len(page.leads()) == 1


def test_the_name_of_an_earlier_submission_with_other_content_is_put_aside(house: House) -> None:
    page = Page(house)
    first = page.script({**person(), "_event": "e-2"})
    other = page.script({**person(), "_event": "e-2"})
    assert (first.status_code, other.status_code, first.json() == other.json()) == (201, 201, False)
    assert page.kept() == [("created", []), ("duplicate_conflict", ["idempotency.mismatch"])]


def test_who_was_put_aside_can_still_become_a_lead_under_the_same_name(house: House) -> None:
    page = Page(house, FormSettings(origins=(ORIGIN,), fields=(FormField("email"),)))
    assert page.plain({"message": "Hi", "_event": "e-3"}).status_code == 303
    assert page.plain({**person(), "message": "Hi", "_event": "e-3"}).status_code == 303
    assert [label for label, _ in page.kept()] == ["quarantined", "created"]


# -- The page of it --


def test_the_page_of_a_form_works_without_a_script(house: House) -> None:
    page = Page(house)
    shown = LINE.get(f"{house.url}/forms/{page.name}?utm_source=ads&fbclid=1")
    assert shown.status_code == 200
    policy = shown.headers["content-security-policy"]
    assert f"frame-ancestors 'self' {ORIGIN}" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy and "x-frame-options" not in shown.headers
    assert '<input type="hidden" name="utm_source" value="ads">' in shown.text
    assert not re.search(r"<script(?![^>]*src=)|style=|\\son[a-z]+=\"", shown.text)
    hidden = dict(re.findall(r'type="hidden" name="(_\w+)" value="(\w*)"', shown.text))
    wrong = page.plain(
        {**hidden, "_began": "0", "email": "no address", "first_name": '"><b>Mara'}, Origin=house.url
    )
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text and 'aria-invalid="true"' in wrong.text
    assert 'value="no address"' in wrong.text and "&#34;&gt;&lt;b&gt;Mara" in wrong.text
    assert page.kept() == []
    mended = page.plain({**hidden, "_began": "0", **person()}, Origin=house.url)
    assert (mended.status_code, page.kept()) == (303, [("created", [])])


def test_every_kind_of_question_has_its_label(house: House) -> None:
    def question(kind: FieldKind) -> FormField:
        options = ("a", "b & c") if kind == "select" else ()
        return FormField(f"q-{kind}", f"About <{kind}>", kind, options=options, help="Help")

    kinds: tuple[FieldKind, ...] = ("text", "email", "tel", "url", "number", "textarea", "select", "checkbox")
    last = (FormField("tag", kind="hidden", value='x"y'), FormField("email"))
    fields = (*map(question, kinds), *last)
    page = Page(house, FormSettings(origins=(ORIGIN,), fields=fields, title="Talk <to> us", language="de"))
    text = LINE.get(f"{house.url}/forms/{page.name}").text
    ids = re.findall(r'<(?:input|select|textarea)[^>]* id="([\w-]+)"', text)
    assert len(ids) == 10 and {*re.findall(r'<label for="([\w-]+)"', text)} == set(ids)
    assert "Talk &lt;to&gt; us" in text and "About &lt;url&gt;" in text and "b &amp; c" in text
    assert 'lang="de"' in text and 'name="tag" value="x&#34;y"' in text


def test_the_script_is_small_and_may_be_kept(house: House) -> None:
    first = LINE.get(f"{house.url}/forms.js")
    assert first.status_code == 200 and len(first.content) <= 6 * 1024
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=300" in first.headers["cache-control"]
    mark = first.headers["etag"].strip('"')
    exact = LINE.get(f"{house.url}/forms.js?v={mark}")
    assert "immutable" in exact.headers["cache-control"]
    known = LINE.get(f"{house.url}/forms.js", headers={"If-None-Match": f'"{mark}"'})
    assert (known.status_code, known.content) == (304, b"")


@pytest.mark.parametrize("path", ["/forms.js", "/forms.css", "/forms/{name}", "/forms/{name}/thanks"])
def test_whatever_can_be_read_can_be_asked_about(house: House, path: str) -> None:
    page = Page(house)
    url = house.url + path.format(name=page.name)
    head, whole = LINE.head(url), LINE.get(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
