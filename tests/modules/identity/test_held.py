"""Officers' accounts of persons: who may be given a post, and what ends what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.test import Client

from danso.config import demo_sign_on
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Positioned
from danso.modules.audit.jobs import Sealer
from danso.modules.identity import interface as identity
from danso.modules.identity import jobs
from danso.modules.identity.actions.following import follow_merge
from danso.modules.identity.data import LockReason, PostClosed, Role, Scope, ScopeKind, UnusualKind
from danso.modules.identity.models import OpenedPost, Post
from danso.modules.population import interface as population
from danso.modules.population.data import PeopleLookedUp
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, NUMBER, citizen
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import PASSWORD, TESTER, enter, journal, make_officer, sign_in
from tests.post_world import give_post, make_eid, opened_world

pytestmark = pytest.mark.clause("II.2.2")
WHOLE = Scope(ScopeKind.PROVINCE)
OTHER = "099084000131"


def make(number: str = NUMBER, username: str = "tran.thi") -> Any:
    return identity.create_held_account(
        username=username, name="Trần Thị", number=number, actor=TESTER
    )


def as_level_1() -> None:
    make_eid(level=1)


def as_locked() -> None:
    identity.lock_eid(make_eid().id, LockReason.POLICE, actor=CLERK)


def as_closed() -> None:
    identity.close_eid(make_eid().id, actor=CLERK, evidence="")


def as_dead() -> None:
    """Recorded, and its event not yet followed."""
    person = make_eid().person
    assert person is not None
    population.record_death(person, PartialDate(2026, 11, 30), actor=CLERK, grounds=GROUNDS)


def as_without_eid() -> None:
    citizen()


def as_nobody() -> None:
    """No such number."""


@pytest.mark.parametrize(
    "known", [as_level_1, as_locked, as_closed, as_dead, as_without_eid, as_nobody]
)
def test_one_refusal_for_everybody_who_may_hold_no_post(
    known: Callable[[], None], fresh_db: Database
) -> None:
    known()
    with pytest.raises(Refused) as found:
        make()
    assert found.value.code == "eid_unfit"
    last = journal(fresh_db)[-1]
    assert (last.action, last.outcome) == ("account.created", "refused:eid_unfit")
    assert identity.find_account("tran.thi") is None


def test_no_post_is_added_once_the_eid_is_locked(fresh_db: Database) -> None:
    eid = make_eid()
    made = make()
    identity.lock_eid(eid.id, LockReason.HOLDER, actor=CLERK)
    with pytest.raises(Refused) as found:
        identity.grant_post(made.id, Role.LEADER, WHOLE, actor=TESTER)
    assert found.value.code == "eid_unfit"


def test_eid_itself_still_holds_no_post(fresh_db: Database) -> None:
    with pytest.raises(NotFound):
        identity.grant_post(make_eid().id, Role.LEADER, WHOLE, actor=TESTER)


def test_account_of_a_person_has_no_password_and_gets_none(fresh_db: Database) -> None:
    make_eid()
    made = make()
    row = get_user_model().objects.get(pk=made.id)
    assert not row.has_usable_password()
    for act in (
        lambda: identity.reset_account("tran.thi", actor=TESTER),
        lambda: identity.link_person("tran.thi", None, actor=TESTER),
    ):
        with pytest.raises(Refused) as found:
            act()
        assert found.value.code == "account_of_person"


def test_person_has_one_account_of_an_officer(fresh_db: Database) -> None:
    make_eid()
    made = make()
    with pytest.raises(Conflict) as found:
        make(username="tran.thi.2")
    assert found.value.code == "person_has_account"
    identity.close_account(made.username, actor=TESTER)
    assert make(username="tran.thi.2").holder is not None


@pytest.mark.django_db
def test_table_lets_no_eid_be_opened_by_another() -> None:
    first, second = make_eid(), make_eid(OTHER)
    with pytest.raises(IntegrityError), transaction.atomic():
        get_user_model().objects.filter(pk=first.id).update(holder_id=second.id)


def test_nobody_gives_posts_to_their_own_eid(fresh_db: Database) -> None:
    eid = make_eid()
    operator = make_officer("operator", person=eid.person)
    actor = identity.get_account(operator.id)
    with pytest.raises(Refused) as found:
        identity.create_held_account(
            username="tran.thi", name="T", number=NUMBER, actor=_actor(actor.id)
        )
    assert found.value.code == "own_account"


def _actor(key: Any) -> Any:
    return Actor(kind="officer", id=str(key), system="tests")


def test_handing_over_ends_the_password_and_its_sessions(
    client: Client, fresh_db: Database
) -> None:
    eid = make_eid()
    officer = sign_in(client, "steward", "province")
    assert client.get("/du-lieu/").status_code == 200
    handed = identity.hand_over(officer.username, NUMBER, actor=TESTER)
    assert (handed.holder, handed.person) == (eid.id, eid.person)
    assert client.get("/du-lieu/").status_code == 302
    answer = Client().post(
        "/tai-khoan/dang-nhap/", {"login": officer.username, "password": PASSWORD}
    )
    assert answer.status_code == 200
    assert [one.post.role for one in identity.granted_posts(eid.id)] == [Role.STEWARD]
    row = next(row for row in journal(fresh_db) if row.action == "account.handed_over")
    assert (row.outcome, row.subject) == ("done", str(eid.person))


def test_taking_back_leaves_posts_and_no_way_in_until_a_reset(
    client: Client, fresh_db: Database
) -> None:
    post = opened_world(client)
    back = identity.take_back("tran.thi", actor=TESTER)
    assert back.holder is None
    assert identity.posts_of(post.account) == (post,)
    assert client.get("/du-lieu/").status_code == 403
    assert identity.reset_account("tran.thi", actor=TESTER).password


def test_closing_of_a_post_is_announced(
    client: Client,
    fresh_db: Database,
    sealer: Sealer,  # noqa: F811
) -> None:
    post = opened_world(client)
    seen: list[PostClosed] = []

    @audit.handler(PostClosed, name="tests.post_closed")
    def note(found: Any) -> None:
        seen.extend(one.event for one in found)

    identity.revoke_post(post.id, actor=TESTER)
    sealer.seal(1000)
    audit.run_handlers(only={"tests.post_closed"})
    assert seen == [PostClosed(account=post.account, post=post.id, why="revoked")]


def test_merge_takes_the_officers_account_along(fresh_db: Database) -> None:
    eid = make_eid()
    made = make()
    kept = citizen(OTHER)
    assert eid.person is not None
    follow_merge(kept, eid.person)
    assert identity.get_account(made.id).person == kept


def test_look_at_oneself_from_an_open_post_is_unusual(client: Client, fresh_db: Database) -> None:
    opened_world(client)
    eid = identity.get_account(OpenedPost.objects.get().holder_id)
    assert eid.person is not None
    officer = identity.find_account("tran.thi")
    assert officer is not None
    look = PeopleLookedUp(str(officer.id), (eid.person,), ())
    with transaction.atomic():
        jobs.note_looks([Positioned(1, clock.now(), look)])
    (found,) = identity.unusual_looks()
    assert (found.kind, found.account) == (UnusualKind.ONESELF, officer.id)


def test_citizens_session_never_has_posts_whatever_the_table_says(
    client: Client, fresh_db: Database
) -> None:
    """A row that no action writes: an e-ID with a post of its own."""
    eid = make_eid()
    post = give_post()
    Post.objects.filter(pk=post.id).update(account_id=eid.id)
    enter(client, eid)
    assert client.get("/du-lieu/").status_code == 403


def test_demo_person_is_given_a_post_once(fresh_db: Database) -> None:
    eid = make_eid()
    get_user_model().objects.filter(pk=eid.id).update(username=demo_sign_on.USERNAME)
    for _ in range(2):
        demo_sign_on.give_post(TESTER)
    assert [one.post.role for one in identity.granted_posts(eid.id)] == [Role.STEWARD]
