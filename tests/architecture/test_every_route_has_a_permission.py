"""Walks every route of the URLconf: each declares who may call it, and each keeps others out.

A new route needs no edit here; a new *kind of argument* in a path needs a sample in SAMPLES.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import resolve

from danso.modules.identity import interface as identity
from danso.modules.identity.data import ROLE_NAMES, AccountData, Role
from danso.modules.identity.rules import SCOPES_OF_ROLE
from danso.toolkit.permission import Permission, Route, check, routes
from tests.conftest import Database
from tests.officers import TESTER, journal, sign_in
from tests.post_world import enter_citizen, give_key, give_post, make_eid, opened_world

SAMPLES = {
    "int": "1",
    "str": "a",
    "slug": "a",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "a/b",
    "date": date(2026, 1, 1).isoformat(),
}
ROUTES = routes()
GUARDED = [route for route in ROUTES if route.permission and route.permission.kind != "public"]
BY_ROLE = [route for route in GUARDED if route.permission and route.permission.kind == "roles"]
SCOPE_CODE = {"province": "province", "commune": "commune:00001", "agency": "agency:a"}


def names(found: list[Route]) -> list[str]:
    return [route.name or route.pattern for route in found]


def path_of(route: Route) -> str:
    """A path that resolves to the route, with a sample for each argument."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES[m[1] or "str"], route.pattern)


def scope_for(role: Role) -> str:
    kind = min(kind.value for kind in SCOPES_OF_ROLE[role])
    return SCOPE_CODE.get(kind, f"{kind}:a")


def test_there_are_routes_of_every_kind() -> None:
    assert {route.permission.kind for route in ROUTES if route.permission} >= {
        "public",
        "signed_in",
    }


def test_every_route_declares_a_permission() -> None:
    silent = [route for route in ROUTES if route.permission is None]
    assert names(silent) == [], "decorate them: danso.toolkit.permission"


def test_every_declared_role_exists() -> None:
    known = {role.value for role in ROLE_NAMES}
    declared = {role for route in BY_ROLE if route.permission for role in route.permission.roles}
    assert declared <= known


@pytest.mark.parametrize("route", GUARDED, ids=names(GUARDED))
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.django_db
def test_nobody_enters_a_guarded_route_without_signing_in(route: Route, method: str) -> None:
    response = getattr(Client(), method)(path_of(route))
    assert response.status_code in (302, 401, 403)
    if response.status_code == 302:
        assert response["Location"].startswith("/tai-khoan/dang-nhap/")


@pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
def test_wrong_role_is_refused_on_every_route_and_each_refusal_is_journaled(
    fresh_db: Database,
) -> None:
    signed_in: dict[Role, tuple[Client, AccountData]] = {}
    for route in BY_ROLE:
        assert route.permission is not None
        allowed = route.permission.roles
        wrong = next(role for role in Role if role.value not in allowed)
        if wrong not in signed_in:
            client = Client()
            officer = sign_in(client, wrong.value, scope_for(wrong), fresh=True)
            signed_in[wrong] = client, officer
        client, officer = signed_in[wrong]
        for method in ("get", "post"):
            response = getattr(client, method)(path_of(route))
            assert response.status_code == 403, (route.name, method, wrong)
            last = journal(fresh_db)[-1]
            assert (last.action, last.outcome, last.actor) == (
                f"page.{route.name}",
                "refused:role_missing",
                str(officer.id),
            )


@pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
def test_citizen_who_holds_every_post_enters_no_route_of_an_officer(
    client: Client, fresh_db: Database
) -> None:
    """Whatever factors the session has: the posts are not open."""
    person = make_eid()
    first = give_post()
    for role in Role:
        if role is not Role.STEWARD:
            scope = identity.parse_scope(scope_for(role))
            identity.grant_post(first.account, role, scope, actor=TESTER)
    give_key(person.id)
    enter_citizen(client, person.id, {"method": "password"}, {"method": "mfa", "type": "webauthn"})
    for route in BY_ROLE:
        for method in ("get", "post"):
            response = getattr(client, method)(path_of(route))
            assert response.status_code == 403, (route.name, method)
        last = journal(fresh_db)[-1]
        assert (last.outcome, last.actor) == ("refused:role_missing", str(person.id))


@pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
def test_open_post_enters_its_own_routes_and_none_of_the_persons(
    client: Client, fresh_db: Database
) -> None:
    post = opened_world(client, Role.OPERATOR.value)
    for route in GUARDED:
        assert route.permission is not None
        if route.permission.kind == "signed_in":
            if not route.permission.in_post:
                answer = client.get(path_of(route))
                assert answer["Location"].startswith("/vi-tri/"), route.name
        elif Role.OPERATOR.value not in route.permission.roles:
            assert client.get(path_of(route)).status_code == 403, route.name
            assert journal(fresh_db)[-1].actor == str(post.account)


def test_fault_on_every_route_is_journaled_by_its_kind(
    fresh_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may enter is let in, and then the page breaks."""

    def broken(request: HttpRequest, permission: Permission) -> HttpResponse | None:
        stop = check(request, permission)
        if stop is None and permission.kind != "public":
            raise RuntimeError("079099000001 must never reach the journal")
        return stop

    monkeypatch.setattr("danso.toolkit.permission.check", broken)
    signed_in: dict[Role, tuple[Client, AccountData]] = {}
    for route in GUARDED:
        assert route.permission is not None
        allowed = route.permission.roles or {Role.STEWARD.value}
        role = next(one for one in Role if one.value in allowed)
        if role not in signed_in:
            client = Client(raise_request_exception=False)
            signed_in[role] = client, sign_in(client, role.value, scope_for(role), fresh=True)
        client, officer = signed_in[role]
        for method in ("get", "post"):
            response = getattr(client, method)(path_of(route))
            assert response.status_code == 500, (route.name, method, role)
            last = journal(fresh_db)[-1]
            assert (last.action, last.outcome, last.actor) == (
                f"page.{resolve(path_of(route)).view_name}",
                "failed:RuntimeError",
                str(officer.id),
            )
    assert "079099000001" not in repr(journal(fresh_db))
