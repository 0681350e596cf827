"""Lists of named accounts beside the policies: a policy names one version, and old decisions replay with theirs."""

import pytest

from chaos.scene import replayed
from desk.office import office, owner
from firstright.core.documents.listfile import NamedList, listed
from firstright.core.replay import Verdict
from firstright.desk.desk import Desk
from firstright.desk.lists import Imported, ImportList, judged
from firstright.errors import Refused
from routing import CATCH_ALL, HEAD, TO_SDR

OLD, NEW = listed("named", ["anna.example"]), listed("named", ["dora.example"])
PLAN = """
[lists.named]
hash = "{hash}"

[[territory]]
id = "theirs"
plan = "accounts"
send_to = {{ rep = "ada" }}
accounts_from = ["named"]

[[rule]]
id = "named"
tier = "first"
when = {{}}
send_to = {{ territory = "accounts" }}
"""


def rules(version: NamedList) -> str:
    return HEAD + PLAN.format(hash=version.hash) + TO_SDR.replace('"first"', '"second"') + CATCH_ALL


def imported(desk: Desk, version: NamedList) -> Imported:
    return desk.writer.submit(ImportList(version, "mara")).result()


def test_a_policy_that_names_a_list_nobody_imported_is_refused_and_nothing_published(
    database_url: str,
) -> None:
    with office(database_url, published=False) as ours, pytest.raises(Refused, match="named: version"):
        ours.publish(rules(OLD))
    with office(database_url, published=False) as again:
        assert again.rows("SELECT count(*) FROM policy_version") == [(0,)]


def test_a_leads_list_is_the_version_its_policy_names_and_old_decisions_replay_with_theirs(
    database_url: str,
) -> None:
    with office(database_url, published=False) as ours:
        assert imported(ours.desk, OLD) == Imported("named", OLD.hash, 1, new=True)
        ours.publish(rules(OLD))
        assert [owner(ours.send(name)) for name in ("anna", "bert")] == ["ada", "kim"]
        assert imported(ours.desk, NEW).new
        assert owner(ours.send("emil")) == "noor"  # an import alone changes nothing
        ours.publish(rules(NEW))
        assert owner(ours.send("dora")) == "ada"
        assert replayed(ours.desk.database) == ({Verdict.EQUAL: 4}, [])
    with office(database_url, published=False) as later:  # another process, which has no memory of either
        assert replayed(later.desk.database) == ({Verdict.EQUAL: 4}, [])


def test_the_same_list_again_is_no_new_version(database_url: str) -> None:
    with office(database_url, published=False) as ours:
        assert [imported(ours.desk, OLD).new for _ in range(2)] == [True, False]
        assert ours.rows("SELECT action, subject_id FROM audit") == [("import-list", OLD.hash)]


@pytest.mark.parametrize("text", ["", "gmail.com\n", "https://acme.example\n", "acme.example\nno domain\n"])
def test_a_text_that_no_import_of_ours_wrote_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="list named"):
        judged("named", text)
