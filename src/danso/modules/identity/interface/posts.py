"""The part of the door about posts of persons: whose they are, opened and closed by them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.modules.identity import queries, rules
from danso.modules.identity.actions import held, opened, post_keys, sign_in
from danso.modules.identity.adapters import keys
from danso.modules.identity.data import AccountData, Authenticated, GrantedPost, OpenedPost
from danso.toolkit.security import network_of

# In the session: the key of the post that is open, and when a passkey was last given for posts.
OPENED: Final = "danso_post"
PROVED: Final = "danso_key_proved"
ABOUT_AGAIN: Final = "again"


def create_held_account(
    *, username: str, name: str, unit: str = "", number: str, actor: Actor
) -> AccountData:
    """Make an officer's account without a password, whose posts the person with this number opens.

    The person needs an active e-ID of level 2; in a broker's home, one that has signed in here as
    level 2 of the other provider. The number is looked up and not kept with it. Raises Refused
    (`eid_unfit`, in a broker's home `vouched_unfit`, for whatever is missing: no account, level 1,
    locked, closed, no longer alive; `own_account`), Conflict (`username_taken`,
    `person_has_account`), InvalidValue (`username_shape`).
    """
    return held.create_held_account(
        username=username, name=name, unit=unit, number=number, actor=actor
    )


def hand_over(username: str, number: str, *, actor: Actor) -> AccountData:
    """Posts of an account there is are opened by the person with this number from now on: its
    password, factors and sessions end. Raises as `create_held_account`, NotFound
    (`account_unknown`), Conflict (`account_closed`)."""
    return held.hand_over(username, number, actor=actor)


def take_back(username: str, *, actor: Actor) -> AccountData:
    """The person opens the account no longer; what is open closes. It has no password until it is
    reset."""
    return held.take_back(username, actor=actor)


def granted_posts(holder: UUID) -> tuple[GrantedPost, ...]:
    """Posts that the holder of an e-ID may open now, oldest first."""
    return queries.granted_posts(holder)


def holds_posts(holder: UUID) -> bool:
    """Whether an officer's account belongs to this e-ID. One look-up."""
    return queries.holds_posts(holder)


def count_ready_keys(holder: UUID) -> int:
    """Passkeys with which posts may be opened: those added long enough ago (DANSO_KEY_RESTS)."""
    return len(queries.ready_keys(holder))


def ask_for_key(request: HttpRequest, about: str, holder: UUID) -> dict[str, Any]:
    """What the browser asks a passkey for (`navigator.credentials.get`), the check of its holder
    required. Good for five minutes, once, in this session, and for `about` alone."""
    return keys.ask_for_key(request, about, queries.ready_keys(holder))


def ask_for_new_key(request: HttpRequest, holder: UUID) -> dict[str, Any]:
    """What the browser is to make (`navigator.credentials.create`), in a broker's home only: a
    passkey that opens posts of this holder and signs nobody in. Good for five minutes, once.

    The caller asks for a sign-in at the other provider of the last minutes (`reauth`). Raises
    Refused (`key_with_factors`, `key_without_post`, `session_level`), Conflict (`keys_many`).
    """
    _check_level(request)
    account = post_keys.check_may_keep(holder)
    return keys.ask_to_make(request, account, queries.all_keys(holder))


def add_key(request: HttpRequest, holder: UUID, name: str, answer: str) -> None:
    """Keep what the browser made: journaled, the holder told, whatever post is open closed. It
    opens posts after DANSO_KEY_RESTS. Raises as `ask_for_new_key`, Refused (`key_refused`)."""
    _check_level(request)
    post_keys.add_key(holder, name, keys.check_made(request, holder, answer))


def open_post(request: HttpRequest, holder: UUID, post: int, answer: str) -> OpenedPost:
    """Open a post of one's own in this session, for eight hours at most, journaled.

    `answer` is the passkey's to `ask_for_key(request, about_post(post), holder)`. The session gets
    a new key and forms a new token: what other tabs show was the citizen's. Raises Refused
    (`key_refused`, `eid_unfit`, `session_level`), NotFound (`post_unknown`), Conflict
    (`post_open`).
    """
    _check_level(request)
    authenticated: Authenticated = request.authenticated  # type: ignore[attr-defined]
    _prove(request, about_post(post), holder, answer)
    made = opened.open_post(holder, post, session=authenticated.session)
    request.session.cycle_key()
    request.session[OPENED] = str(made.key)
    rotate_token(request)
    return made


def prove_again(request: HttpRequest, answer: str) -> None:
    """While a post is open: the passkey once more, before something that matters."""
    authenticated: Authenticated = request.authenticated  # type: ignore[attr-defined]
    _prove(request, ABOUT_AGAIN, authenticated.account, answer)
    request.session.cycle_key()


def leave_post(request: HttpRequest) -> None:
    """Back to the plain citizen: what is open in this session closes, journaled."""
    key = request.session.pop(OPENED, None)
    request.session.pop(PROVED, None)
    if key is not None:
        opened.close_post(UUID(key), why="asked")
    request.session.cycle_key()
    rotate_token(request)


def about_post(post: int) -> str:
    """What a passkey is asked for when a post is opened."""
    return f"post:{post}"


def _check_level(request: HttpRequest) -> None:
    """Of this session: another provider may have vouched for less than the account once had."""
    authenticated: Authenticated | None = request.authenticated  # type: ignore[attr-defined]
    if authenticated is None or authenticated.level < rules.POST_LEVEL:
        raise Refused(
            "this sign-in was not of level 2",
            code="session_level",
            fix="Sign in again with your identity of level 2.",
        )


def _prove(request: HttpRequest, about: str, holder: UUID, answer: str) -> None:
    try:
        keys.check_key(request, about, holder, queries.ready_keys(holder), answer)
    except Refused:
        account = queries.get_account(holder)
        sign_in.record_failure(account.username, method="key_again", network=_network(request))
        raise
    request.session[PROVED] = clock.now().timestamp()
    sign_in.record_reauthentication(holder, method="webauthn")


def _network(request: HttpRequest) -> str:
    return network_of(str(request.META.get("REMOTE_ADDR", "")))


def close_post(key: UUID, *, why: str) -> None:
    """Close an opened post (`asked`, `too_long`, `revoked`), journaled, PostClosed. Twice is
    harmless."""
    opened.close_post(key, why=why)
