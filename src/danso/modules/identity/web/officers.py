"""Sets `request.officer` and `request.authenticated`; ends sessions left alone or too long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from danso.kernel import clock
from danso.modules.identity import interface, queries, rules
from danso.modules.identity.data import AccountState, Officer, OpenedPost
from danso.modules.identity.interface import record_sign_out, touch_session
from danso.modules.identity.interface.glass import GLASS
from danso.modules.identity.interface.posts import OPENED, PROVED
from danso.modules.identity.models import Account
from danso.modules.identity.web.acting import settle_acting
from danso.modules.identity.web.authenticated import HANDLE, find_authenticated, handle_of
from danso.toolkit.platform import platform

SEEN = "danso_seen_at"
BEGAN = "danso_began_at"
# Where a person's own pages lead to while a post is open.
POSTS = "posts:home"
# A session row is written at most this often for being alive.
WRITE_EVERY = timedelta(seconds=30)


class OfficerMiddleware:
    """After Django's authentication and allauth's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.officer = find_officer(request)  # type: ignore[attr-defined]
        settle_acting(request, request.officer)  # type: ignore[attr-defined]
        request.authenticated = find_authenticated(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def find_officer(request: HttpRequest) -> Officer | None:
    """The officer behind a live session; an overdue session is ended here."""
    user = request.user
    if not isinstance(user, Account):
        return None
    if user.level and not _may_go_on(request, user):
        logout(request)
        return None
    why = _overdue(request)
    if why:
        record_sign_out(user.pk, why=why, session=handle_of(request))
        logout(request)
        return None
    return _citizen(request, user) if user.level else _local(request, user)


def _local(request: HttpRequest, user: Account) -> Officer | None:
    """An officer by a log-in of this home, or the operator of an emergency."""
    if GLASS in request.session:
        return _emergency(request, user)
    if platform().officers == "persons":
        # The log-ins of before are over, whoever still sits in a session of theirs.
        record_sign_out(user.pk, why="persons", session=handle_of(request))
        logout(request)
        return None
    return Officer(
        account=queries.account_data(user),
        posts=queries.posts_of(user.pk),
        is_fresh=is_fresh(request),
        first_stop=_first_stop(user),
    )


def _citizen(request: HttpRequest, user: Account) -> Officer:
    """A person, who never has an officer's rights; or the post that is open in this session."""
    opened = _opened(request, user) if HANDLE in request.session else None
    if opened is None:
        return Officer(
            account=queries.account_data(user),
            posts=(),
            is_fresh=is_fresh(request),
            first_stop=_first_stop(user),
        )
    return Officer(
        account=opened.account,
        posts=(opened.post,),
        is_fresh=is_key_fresh(request),
        opened=opened,
        own_stop=POSTS,
        proof_at="posts:again",
    )


def _emergency(request: HttpRequest, user: Account) -> Officer | None:
    """The operator of an emergency while it lasts. It has no factor to give again."""
    if not queries.is_glass_good(str(request.session[GLASS]), user.pk):
        record_sign_out(user.pk, why="too_long", session=handle_of(request))
        logout(request)
        return None
    return Officer(
        account=queries.account_data(user),
        posts=queries.posts_of(user.pk),
        is_fresh=True,
        own_stop="operator:home",
    )


def _opened(request: HttpRequest, user: Account) -> OpenedPost | None:
    """The post open here; one that is overdue or revoked is closed on record."""
    if OPENED not in request.session:
        return None
    found = queries.find_opened(request.session[HANDLE], user.pk)
    now = clock.now()
    if found is None or str(found.key) != request.session[OPENED]:
        del request.session[OPENED]
        return None
    is_held = found.account.is_active and found.account.holder == user.pk
    if now < found.until and is_held and not _is_over(found.post.until, now):
        return found
    interface.close_post(found.key, why="too_long" if now >= found.until else "revoked")
    del request.session[OPENED]
    return None


def _is_over(until: datetime | None, now: datetime) -> bool:
    return until is not None and until <= now


def is_key_fresh(request: HttpRequest) -> bool:
    """Whether a passkey was given within five minutes: what counts while a post is open."""
    age = clock.now().timestamp() - float(request.session.get(PROVED, 0.0))
    return 0 <= age < rules.FRESH_FOR.total_seconds()


def _may_go_on(request: HttpRequest, user: Account) -> bool:
    """Whether this session of a citizen still counts: nobody locked the account or ended it."""
    is_known = rules.is_of_home(platform().identity_mode, user.upstream)
    handle = request.session.get(HANDLE)
    is_over = handle is not None and queries.is_session_over(handle)
    return is_known and user.state == AccountState.ACTIVE and not is_over


def is_fresh(request: HttpRequest) -> bool:
    """Whether the last password or factor of this session was given within five minutes."""
    given = [record.get("at", 0.0) for record in get_authentication_records(request, request.user)]
    age = clock.now().timestamp() - max(given, default=0.0)
    return bool(age < rules.FRESH_FOR.total_seconds())


def _overdue(request: HttpRequest) -> str:
    """Why the session is over, or an empty text; notes that it is alive."""
    now = clock.now().timestamp()
    session = request.session
    seen = float(session.setdefault(SEEN, now))
    began = float(session.setdefault(BEGAN, now))
    if now - seen > rules.IDLE_AFTER.total_seconds():
        return "idle"
    if now - began > rules.SESSION_ENDS_AFTER.total_seconds():
        return "too_long"
    # A page that refreshes itself is not somebody sitting in front of it.
    by_itself = request.headers.get("X-Danso-Live") == "1"
    if not by_itself and now - seen > WRITE_EVERY.total_seconds():
        session[SEEN] = now
        if HANDLE in session:
            touch_session(session[HANDLE])
    return ""


def _first_stop(user: Account) -> str:
    if user.must_change_password:
        return "account:password"
    if settings.FACTOR_REQUIRED and not user.level and not queries.has_factor(user.pk):
        return "account:factors"
    return ""
