"""firstright destination: what is registered, what is refused and why, and that no secret is ever shown twice."""

from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from firstright import settings, wiring
from firstright.cli.app import run
from firstright.storage import audit, destinations
from firstright.storage.database import open_database
from outbound.mailbox import Mailbox
from outbound.sink import Sink

HOOK = "https://crm.example/hooks?token=hush-hush"
SLACK = "https://hooks.slack.com/services/T0/B0/hushhushXYZ9"
MAIL = "smtp://ada@mail.example:587?from=leads@northwind.example"


class Workspace:
    def __init__(self, url: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self.folder = folder
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        """(exit code, lines printed, lines of errors)."""
        code = run(["destination", *arguments, "--database", self.url])
        told = self._capsys.readouterr()
        return code, told.out.splitlines(), told.err.splitlines()

    def password(self, text: str) -> str:
        file = self.folder / "password"
        file.write_text(text)
        return str(file)

    def secrets(self, name: str) -> destinations.Secrets:
        chosen = settings.read(database=self.url)
        database = open_database(self.url, node="reader")
        with database.read() as tx:
            row = destinations.one(tx, name)
        database.close()
        assert row is not None
        return destinations.opened(row, wiring.sealer(chosen).open)

    def everything_stored(self) -> str:
        """The destinations and the audit trail as text."""
        database = open_database(self.url, node="reader")
        with database.read() as tx:
            rows = destinations.load(tx)
            told = [audit.of(tx, "destination", name) for name in ("webhook:crm", "slack:floor", "email")]
        database.close()
        return repr(rows) + repr(told)


@pytest.fixture
def here(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Workspace:
    monkeypatch.setenv("FIRSTRIGHT_KEY_FILE", str(tmp_path / "the.key"))
    return Workspace(database_url, tmp_path, capsys)


def test_a_webhook_gets_a_secret_that_is_shown_once(here: Workspace) -> None:
    code, out, _ = here.run("add", "crm", HOOK, "--kind", "webhook")
    assert (code, out[:2]) == (0, [
        "webhook:crm is registered: https://crm.example/hooks?...",
        "It signs with this secret, which is shown once:",
    ])  # fmt: skip
    secret = out[2]
    assert secret.startswith("whsec_") and here.secrets("webhook:crm").secrets == (secret,)
    _, listed, _ = here.run("list")
    assert listed == [
        f"webhook:crm       on         https://crm.example/hooks?...  secret ...{secret.rstrip('=')[-4:]}"
    ]
    assert secret not in here.everything_stored() and "hush" not in here.everything_stored()


def test_a_rotation_signs_with_both_until_it_is_finished(here: Workspace) -> None:
    [_, _, first] = here.run("add", "webhook:crm", HOOK)[1]
    [said, _, second] = here.run("rotate", "webhook:crm")[1]
    assert (
        said
        == "webhook:crm signs with both secrets until: firstright destination rotate webhook:crm --finish"
    )
    assert here.secrets("webhook:crm").secrets == (second, first)
    assert here.run("rotate", "webhook:crm")[::2] == (
        2, ["firstright: webhook:crm: a rotation is under way; finish it first, with --finish"],
    )  # fmt: skip
    assert here.run("rotate", "webhook:crm", "--finish")[:2] == (
        0, ["webhook:crm signs with its newest secret alone"],
    )  # fmt: skip
    kept = here.secrets("webhook:crm")
    assert (kept.secrets, kept.url) == ((second,), HOOK)
    assert here.run("rotate", "webhook:crm", "--finish")[0] == 2


def test_a_mail_servers_password_comes_from_a_file_and_is_sealed(here: Workspace) -> None:
    code, out, _ = here.run("add", "email", MAIL, "--password-file", here.password("p4ss wörd\n"))
    assert (code, out) == (0, [f"email is registered: {MAIL}"])
    assert here.secrets("email").password == "p4ss wörd"
    assert here.run("list")[1] == [f"email             on         {MAIL}  with a password"]
    assert "p4ss" not in here.everything_stored()
    moved = MAIL.replace("mail.", "mx.")
    assert here.run("change", "email", moved)[1] == [f"email is changed: {moved}"]
    assert here.secrets("email").password == "p4ss wörd"  # the same user
    here.run("change", "email", MAIL.replace("ada@", "bob@"))
    assert here.secrets("email").password == ""


def test_slacks_address_is_a_secret_itself(here: Workspace) -> None:
    assert here.run("add", "slack:floor", SLACK)[1] == [
        "slack:floor is registered: https://hooks.slack.com/...XYZ9"
    ]
    assert here.secrets("slack:floor").url == SLACK
    assert "hushhush" not in here.everything_stored()


def test_switching_off_and_on_and_removing(here: Workspace) -> None:
    here.run("add", "slack:floor", SLACK)
    again = "What has died: firstright deliveries replay --destination slack:floor --since TIME"
    assert here.run("off", "slack:floor")[1] == [
        "slack:floor is switched off: what is due to it dies, and can be sent once more", again,
    ]  # fmt: skip
    assert here.run("list")[1] == [
        "slack:floor       off        https://hooks.slack.com/...XYZ9  switched off by firstright destination"
    ]
    assert here.run("on", "slack:floor")[1] == ["slack:floor is switched on", again]
    assert here.run("remove", "slack:floor")[1] == ["slack:floor is removed, and its secrets with it"]
    assert here.run("list")[1] == ["none: firstright destination add NAME URL"]
    for verb in ("on", "off", "rotate", "remove"):
        assert here.run(verb, "slack:floor")[::2] == (
            2, ["firstright: slack:floor: is no destination; firstright destination list shows all"],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "url", "said"),
    [
        ("webhook", HOOK, "name: 'webhook' is none of webhook:ID, slack:ID, slack, email:ID, email (an ID has"),
        ("webhook:a b", HOOK, "name: 'webhook:a b' is none of"),
        ("sms:x", HOOK, "name: 'sms:x' is none of"),
        ("webhook:x", "", "url: has 1 to 2,000 characters"),
        ("webhook:x", "https://x.example/" + "a" * 2_000, "url: has 1 to 2,000 characters"),
        ("webhook:x", "https://x.example/\u00e9", "url: has blanks, or characters that a URL writes with %"),
        ("webhook:x", "https://x .example/", "url: has blanks, or"),
        ("webhook:x", "crm.example/hook", "url: begins with no scheme; it begins with https://"),
        ("webhook:x", "ftp://crm.example/", "url: begins with ftp; it begins with https://"),
        ("webhook:x", "http://crm.example/", "url: may not be sent to: http: only https is permitted"),
        ("webhook:x", "https://crm.example:22/", "url: may not be sent to: 22: https is permitted on 443, 8443"),
        ("webhook:x", "https://crm.example:99999/", "url: cannot be read: Port out of range 0-65535"),
        ("webhook:x", "https:///path", "url: names no host"),
        ("webhook:x", "https://./", "url: names the host '.', which has an empty part: one beside a dot, or nothing else"),
        ("webhook:x", "https://x..y/", "url: names the host 'x..y', which has an empty part"),
        ("webhook:x", "https://.x.y/", "url: names the host '.x.y', which has an empty part"),
        ("webhook:x", "https://x.y../", "url: names the host 'x.y..', which has an empty part"),
        ("webhook:x", "https://xn--/", "url: names the host 'xn--': its parts have 1 to 63 letters"),
        ("webhook:x", "https://xn--0.example/", "url: names the host 'xn--0.example': 'xn--0' is no international name"),
        ("webhook:x", "https://x%00.example/", "url: names the host 'x%00.example': its parts have 1 to 63 letters"),
        ("webhook:x", f"https://{'a' * 64}.example/", "its parts have 1 to 63 letters"),
        ("webhook:x", f"https://{'a.' * 130}example/", "and all of it 254 characters at most"),
        ("webhook:x", "https://[::ffff:0:127.0.0.1]/", "url: may not be sent to: ::ffff:0:7f00:1: not in 2000::/3"),
        ("webhook:x", "https://[2a00::1%25eth0]/", "an address with a zone is on this machine's links"),
        ("email", "smtp://mail..example:587?from=a@b.example", "url: names the host 'mail..example', which has an empty part"),
        ("webhook:x", "https://u:p@crm.example/", "url: holds a user name or a password"),
        ("webhook:x", "https://crm.example/#a", "url: has a part behind #"),
        ("webhook:x", "https://127.0.0.1/", "url: may not be sent to: 127.0.0.1: in 127.0.0.0/8"),
        ("webhook:x", "https://0x7f.1/", "url: may not be sent to: 127.0.0.1: in 127.0.0.0/8"),
        ("webhook:x", "https://[::ffff:10.0.0.1]/", "url: may not be sent to: 10.0.0.1: in 10.0.0.0/8"),
        ("slack:x", "https://169.254.169.254/latest", "url: may not be sent to: 169.254.169.254: in 169.254.0.0/16"),
        ("email", "https://mail.example/", "url: begins with https; a mail server is smtp://USER@HOST:587?from=ADDRESS"),
        ("email", "smtp://mail.example:587", "url: says who sends with ?from=ADDRESS, once"),
        ("email", "smtp://mail.example:587?from=nobody", "url: from='nobody' is no e-mail address"),
        ("email", "smtp://mail.example:587?from=a@b.example&to=x", "url: has the parameter 'to'; it knows from and tls"),
        ("email", "smtp://mail.example?from=a@b.example&tls=no", "url: tls='no' is none of offered, required, none"),
        ("email", "smtp://mail.example:80?from=a@b.example", "url: may not be sent to: 80: smtp is permitted on 25"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused_with_its_reason(
    here: Workspace, name: str, url: str, said: str
) -> None:
    code, out, err = here.run("add", name, url)
    assert (code, out) == (2, [])
    assert any(said in line for line in err), err
    assert here.run("list")[1] == ["none: firstright destination add NAME URL"]


@pytest.mark.parametrize(
    "host", ["crm.example.", "xn--bcher-kva.example", "CRM.Example", "crm_1.example", "[2a00::1]"]
)
def test_unusual_hosts_are_hosts(here: Workspace, host: str) -> None:
    assert here.run("add", "webhook:x", f"https://{host}/hook")[0] == 0


def test_a_password_in_the_url_is_refused_and_not_repeated(here: Workspace) -> None:
    code, _, err = here.run(
        "add", "email", MAIL.replace("ada@", "ada:hushhush@"), "--password-file", here.password("x")
    )
    assert code == 2 and "hushhush" not in "".join(err)
    assert "url: holds a password: leave it out, and give it when asked or with --password-file" in err[0]


def test_what_is_missing_for_a_mail_server_is_asked_for(here: Workspace) -> None:
    assert here.run("add", "email", MAIL)[::2] == (
        2, ["firstright: the mail server's password: give --password-file FILE, or - for standard input"],
    )  # fmt: skip
    missing = str(here.folder / "nowhere")
    assert here.run("add", "email", MAIL, "--password-file", missing)[2] == [
        f"firstright: {missing}: there is no such password file"
    ]
    assert here.run("add", "email", MAIL, "--password-file", here.password("\n"))[0] == 2
    assert here.run("add", "slack", SLACK, "--password-file", here.password("x"))[2] == [
        "firstright: password: is for mail servers only"
    ]


def test_a_name_is_registered_once(here: Workspace) -> None:
    here.run("add", "slack", SLACK)
    assert here.run("add", "slack", SLACK)[2] == [
        "firstright: slack: is registered already; change it or remove it first"
    ]


def test_a_key_that_went_missing_is_not_made_anew(here: Workspace) -> None:
    here.run("add", "slack", SLACK)
    key = here.folder / "the.key"
    key.rename(here.folder / "lost.key")
    code, _, err = here.run("add", "webhook:crm", HOOK)
    assert (code, key.exists()) == (78, False)
    assert err == [f"firstright: key file {key}: is not there, and secrets are sealed with it: bring it back"]
    assert here.run("remove", "slack")[0] == 0  # what cannot be opened can still be forgotten
    assert here.run("add", "webhook:crm", HOOK)[0] == 0


def test_a_test_letter_arrives_where_the_operator_permits_it(
    here: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Mailbox() as mailbox:
        url = mailbox.url(tls="none")
        assert here.run("add", "email", url)[0] == 2
        monkeypatch.setenv("FIRSTRIGHT_EGRESS_ALLOW", "127.0.0.0/8")
        assert here.run("add", "email", url)[0] == 0
        code, out, err = here.run("test", "email", "--to", "ada@northwind.example")
        assert (code, err) == (0, []), out
        [letter] = mailbox.letters
    assert out[0].startswith("email took it: 250")
    assert letter.recipients == ("ada@northwind.example",)
    assert "This message is a test." in letter.message.get_content()


def test_a_test_of_a_webhook_is_signed_with_its_secret(
    here: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTRIGHT_EGRESS_ALLOW", "127.0.0.0/8")
    with Sink(secret=None) as sink:
        secret = here.run("add", "webhook:crm", sink.url("/crm"))[1][2]
        assert here.run("test", "webhook:crm")[:2] == (0, ["webhook:crm took it: 200 OK: ok"])
        [got] = sink.received
    assert Webhook(secret).verify(got.body, dict(got.headers))["type"] == "firstright.test"


def test_a_test_says_why_it_was_not_taken(here: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTRIGHT_EGRESS_ALLOW", "127.0.0.0/8")
    here.run("add", "webhook:crm", "http://127.0.0.1:9/hook")
    code, [said], _ = here.run("test", "webhook:crm")
    assert code == 1 and said.startswith("webhook:crm did not take it: ")
    assert here.run("test", "webhook:crm", "--to", "a@b.example")[0] == 2
    assert here.run("test", "email")[0] == 2
    assert here.run("test", "slack")[::2] == (
        1, ["firstright: slack: is no destination; firstright destination list shows all"],
    )  # fmt: skip
