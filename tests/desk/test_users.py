"""Who may sign in: invitations, links that let in once, roles, and what ends sessions."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from desk.office import Office
from firstright.core.authority import Actor, Role
from firstright.desk.access.users import (
    ChangePassword,
    ChangeRole,
    Disable,
    Enable,
    Follow,
    Invite,
    LinkGone,
    NewUser,
    OpenSetUp,
    Reset,
    SetUp,
    done,
    link_digest,
    usable,
)
from firstright.errors import NotFound, Refused
from firstright.storage import audit, sessions, users
from firstright.storage.sessions import SessionRow
from firstright.storage.users import UserRow

ADA = NewUser("ada@ours.example", "Ada", "admin")
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


class Reception(Office):
    """Where users are made; links and hashes are plain words here."""

    def invited(
        self, name: str, role: str = "operations", rep: str = "", *, by: Actor | str = "test"
    ) -> UserRow:
        wanted = NewUser(f"{name}@ours.example", name.title(), role, rep)
        return done(self.desk.writer, Invite(wanted, f"link of {name}", by))

    def joined(self, name: str, role: str = "operations", rep: str = "") -> UserRow:
        self.invited(name, role, rep)
        return self.followed(f"link of {name}")

    def followed(self, link: str, hash_: str = "hash") -> UserRow:
        return done(self.desk.writer, Follow(link, hash_))

    def user(self, row: UserRow) -> UserRow:
        with self.desk.read() as tx:
            found = users.user(tx, row.id)
        assert found is not None
        return found

    def sits(self, row: UserRow, *browsers: str) -> None:
        with self.desk.database.write() as tx:
            for browser in browsers:
                ends = self.at + DAY
                sessions.start(
                    tx, SessionRow(browser.encode(), row.id, self.at, self.at, self.at, ends, None, browser)
                )

    def browsers(self, row: UserRow) -> set[str]:
        with self.desk.read() as tx:
            return {each.agent for each in sessions.of_user(tx, row.id)}

    def history(self, row: UserRow) -> list[tuple[str, str, str]]:
        with self.desk.read() as tx:
            return [(each.actor, each.action, each.data) for each in audit.of(tx, "user", row.id)]

    def why_gone(self, link: str) -> str:
        with self.desk.read() as tx, pytest.raises(LinkGone) as gone:
            usable(tx, link, self.at)
        return gone.value.reasons[0]


def actor(row: UserRow) -> Actor:
    return Actor(row.id, row.name, Role(row.role), row.rep)


@pytest.fixture
def here(database_url: str) -> Iterator[Reception]:
    reception = Reception(database_url)
    with closing(reception.desk):
        reception.publish()
        yield reception


def test_an_invitation_is_a_user_without_a_password_and_a_link_that_lasts_a_day(here: Reception) -> None:
    bo = here.invited("bo")
    assert bo == UserRow(bo.id, "bo@ours.example", "Bo", "operations", "", "", "invited", bo.created_at)
    assert here.user(bo) == bo
    with here.desk.read() as tx:
        link = usable(tx, "link of bo", here.at)
    assert (link.purpose, link.user, link.expires_at - link.created_at) == ("invite", bo.id, DAY)
    assert here.history(bo) == [("test", "invite-user", '{"role":"operations","rep":""}')]


def test_of_a_link_only_a_digest_is_stored(here: Reception) -> None:
    here.invited("bo")
    with here.desk.read() as tx:
        kept = users.link(tx, link_digest("link of bo"))
    assert kept is not None and b"link of bo" not in kept.digest


def test_everything_that_is_wrong_with_an_invitation_is_said_at_once(here: Reception) -> None:
    with pytest.raises(Refused) as refused:
        done(here.desk.writer, Invite(NewUser("no address", "\u202e", "chef"), "t", "test"))
    assert [reason.partition(":")[0] for reason in refused.value.reasons] == ["email", "name", "role"]


@pytest.mark.parametrize(
    ("role", "rep", "reason"),
    [
        ("rep", "", "rep: a rep is somebody in the roster: say who"),
        ("manager", "", "rep: a manager is somebody in the roster: say who"),
        ("admin", "nobody", "rep: is nobody in the current roster"),
    ],
)
def test_who_takes_leads_is_somebody_in_the_roster(here: Reception, role: str, rep: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        here.invited("bo", role, rep)
    assert refused.value.reasons == (reason,)


def test_an_address_in_other_letters_is_the_same_user(here: Reception) -> None:
    here.invited("bo")
    with pytest.raises(Refused) as refused:
        done(here.desk.writer, Invite(NewUser(" BO@Ours.Example ", "Bo", "admin"), "t", "test"))
    assert refused.value.reasons == ("email: somebody with this address is a user already",)


def test_a_link_lets_in_once(here: Reception) -> None:
    bo = here.joined("bo")
    assert (bo.state, bo.password_hash) == ("active", "hash")
    assert bo.password_changed_at is not None and bo.password_changed_at > bo.created_at
    with pytest.raises(LinkGone):
        here.followed("link of bo", "another")
    assert here.user(bo).password_hash == "hash"
    assert (
        here.why_gone("link of bo")
        == "this link was used before, or another one took its place: each lets in once"
    )
    assert here.history(bo)[1:] == [(bo.id, "set-password", '{"link":"invite"}')]


def test_a_link_is_too_old_after_a_day(here: Reception) -> None:
    here.invited("bo")
    here.invited("cleo")
    here.at += DAY - SECOND
    assert here.followed("link of cleo").state == "active"
    here.at += 2 * SECOND
    assert here.why_gone("link of bo") == "this link is too old: ask for another one"
    with pytest.raises(LinkGone):
        here.followed("link of bo")


def test_an_unknown_link_lets_nobody_in(here: Reception) -> None:
    assert here.why_gone("guessed") == "this link is not known: ask for another one"


def test_the_first_admin_comes_in_by_a_link_of_half_an_hour(here: Reception) -> None:
    assert done(here.desk.writer, OpenSetUp("first", "serve"))
    here.at += 30 * MINUTE + SECOND
    assert here.why_gone("first") == "this link is too old: ask for another one"
    assert done(here.desk.writer, OpenSetUp("second", "serve"))
    ada = done(here.desk.writer, SetUp("second", "Ada@Ours.example", " Ada ", "hash"))
    assert here.user(ada) == UserRow(
        ada.id, "ada@ours.example", "Ada", "admin", "", "hash", "active", ada.created_at, ada.created_at
    )
    assert here.history(ada) == [("set-up link", "set-up", '{"role":"admin"}')]


def test_a_new_set_up_link_takes_the_place_of_the_last_one(here: Reception) -> None:
    done(here.desk.writer, OpenSetUp("first", "serve"))
    done(here.desk.writer, OpenSetUp("second", "serve"))
    assert (
        here.why_gone("first")
        == "this link was used before, or another one took its place: each lets in once"
    )


def test_two_first_admins_are_not_possible(here: Reception) -> None:
    done(here.desk.writer, OpenSetUp("first", "serve"))
    here.invited("bo")
    assert here.why_gone("first").startswith("the first admin is there already")
    with pytest.raises(LinkGone):
        done(here.desk.writer, SetUp("first", "eve@ours.example", "Eve", "hash"))
    with pytest.raises(Refused):
        done(here.desk.writer, OpenSetUp("second", "serve"))


def test_an_invitation_makes_no_first_admin(here: Reception) -> None:
    here.invited("bo")
    with pytest.raises(LinkGone) as gone:
        done(here.desk.writer, SetUp("link of bo", "eve@ours.example", "Eve", "hash"))
    assert gone.value.reasons == ("this link is for somebody who is a user already",)


def test_a_changed_password_ends_every_session_of_that_user_and_no_other(here: Reception) -> None:
    bo, cleo = here.joined("bo"), here.joined("cleo")
    here.sits(bo, "phone", "desk")
    here.sits(cleo, "laptop")
    done(here.desk.writer, ChangePassword(bo.id, "new"))
    assert (here.browsers(bo), here.browsers(cleo)) == (set(), {"laptop"})
    assert (here.user(bo).password_hash, here.user(cleo).password_hash) == ("new", "hash")


def test_a_reset_link_ends_sessions_when_it_is_used_and_not_before(here: Reception) -> None:
    bo = here.joined("bo")
    here.sits(bo, "phone")
    done(here.desk.writer, Reset(bo.id, "again", "test"))
    assert (here.user(bo).password_hash, here.browsers(bo)) == ("hash", {"phone"})
    here.followed("again", "new")
    assert (here.user(bo).password_hash, here.browsers(bo)) == ("new", set())


def test_a_second_link_takes_the_place_of_the_first(here: Reception) -> None:
    bo = here.invited("bo")
    done(here.desk.writer, Reset(bo.id, "second", "test"))
    with pytest.raises(LinkGone):
        here.followed("link of bo")
    assert here.followed("second").state == "active"


def test_a_password_that_was_changed_makes_links_useless(here: Reception) -> None:
    bo = here.joined("bo")
    done(here.desk.writer, Reset(bo.id, "again", "test"))
    done(here.desk.writer, ChangePassword(bo.id, "new"))
    with pytest.raises(LinkGone):
        here.followed("again", "evil")
    assert here.user(bo).password_hash == "new"


def test_who_is_disabled_has_no_sessions_no_links_and_no_password_to_change(here: Reception) -> None:
    here.joined("ada", "admin")
    bo = here.joined("bo")
    here.sits(bo, "phone")
    done(here.desk.writer, Reset(bo.id, "again", "test"))
    assert done(here.desk.writer, Disable(bo.id, "test")).state == "disabled"
    assert here.browsers(bo) == set()
    for refused in (Follow("again", "new"), ChangePassword(bo.id, "new"), Reset(bo.id, "third", "test")):
        with pytest.raises(Refused):
            done(here.desk.writer, refused)
    assert done(here.desk.writer, Enable(bo.id, "test")) == here.user(bo) == bo
    assert [action for _, action, _ in here.history(bo)][-2:] == ["disable-user", "enable-user"]


def test_who_never_had_a_password_is_invited_again_and_not_let_in(here: Reception) -> None:
    bo = here.invited("bo")
    done(here.desk.writer, Disable(bo.id, "test"))
    assert done(here.desk.writer, Enable(bo.id, "test")).state == "invited"


def test_the_last_admin_can_neither_be_disabled_nor_made_something_else(here: Reception) -> None:
    ada, bo = here.joined("ada", "admin"), here.invited("bo", "admin")  # who is only invited opens no door
    for change in (Disable(ada.id, "test"), ChangeRole(ada.id, "operations", "", actor(ada))):
        with pytest.raises(Refused) as refused:
            done(here.desk.writer, change)
        assert refused.value.reasons == (
            "role: this is the last admin who can sign in: make another one first",
        )
    here.followed("link of bo")
    assert done(here.desk.writer, ChangeRole(ada.id, "operations", "", actor(ada))).role == "operations"
    assert here.user(bo).role == "admin"


def test_a_changed_role_is_stored_with_what_it_was(here: Reception) -> None:
    bo = here.joined("bo")
    rep = here.desk.roster.document.reps[0].id if here.desk.roster else ""
    assert done(here.desk.writer, ChangeRole(bo.id, "rep", rep, "test")) == here.user(bo)
    assert (here.user(bo).role, here.user(bo).rep) == ("rep", rep)
    assert here.history(bo)[-1][2] == (
        f'{{"role":"rep","rep":"{rep}","before":{{"role":"operations","rep":""}}}}'
    )


def test_only_an_admin_who_still_is_one_changes_users(here: Reception) -> None:
    """The right is looked up when it is done, not when the page was shown."""
    ada, bo, cleo = here.joined("ada", "admin"), here.joined("bo"), here.joined("cleo", "admin")
    was = actor(cleo)
    assert here.invited("dora", by=was).state == "invited"
    done(here.desk.writer, Disable(cleo.id, actor(ada)))
    pretended = Actor(bo.id, bo.name, Role.ADMIN)
    for by in (was, actor(bo), pretended, Actor("nobody", "Nobody", Role.ADMIN)):
        for change in (
            Invite(NewUser("eve@ours.example", "Eve", "admin"), "eve", by),
            ChangeRole(bo.id, "admin", "", by),
            Disable(ada.id, by),
            Enable(cleo.id, by),
            Reset(ada.id, "eve", by),
        ):
            with pytest.raises(Refused) as refused:
                done(here.desk.writer, change)
            assert refused.value.reasons == ("only an admin may do that",)
    with here.desk.read() as tx:
        assert [(row.name, row.role, row.state) for row in users.users(tx)] == [
            ("Ada", "admin", "active"),
            ("Bo", "operations", "active"),
            ("Cleo", "admin", "disabled"),
            ("Dora", "operations", "invited"),
        ]


def test_nobody_is_not_changed(here: Reception) -> None:
    with pytest.raises(NotFound):
        done(here.desk.writer, Disable("nobody", "test"))


def test_no_address_and_no_name_stand_in_the_audit_trail(here: Reception) -> None:
    here.joined("ada", "admin")
    bo = here.joined("bo")
    done(here.desk.writer, Reset(bo.id, "again", "test"))
    done(here.desk.writer, Disable(bo.id, "test"))
    told = str(here.history(bo))
    assert "ours.example" not in told and "Bo" not in told and "again" not in told
