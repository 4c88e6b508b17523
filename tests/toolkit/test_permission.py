"""Declaring and enforcing who may call a view."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from danso.kernel.errors import Refused
from danso.toolkit.permission import (
    Permission,
    permission_of,
    public,
    requires,
    signed_in,
)


@dataclass(frozen=True)
class Holder:
    roles: frozenset[str] = frozenset()
    is_fresh: bool = False
    first_stop: str = ""
    own_stop: str = ""
    proof_at: str = "account_reauthenticate"


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def call(guarded: object, officer: Holder | None, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/du-lieu/?trang=2", headers=headers)
    request.officer = officer  # type: ignore[attr-defined]
    response: HttpResponse = guarded(request)  # type: ignore[operator]
    return response


def test_declares_on_the_view_itself() -> None:
    assert permission_of(view) is None
    assert permission_of(public(view)) == Permission("public")
    assert permission_of(requires("steward", reauth=True)(view)) == Permission(
        "roles", frozenset({"steward"}), reauth=True
    )
    assert permission_of(signed_in(before_all=True)(view)) == Permission(
        "signed_in", before_all=True
    )


def test_requires_without_a_role_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        requires()


def test_public_view_lets_anyone_in() -> None:
    assert call(public(view), None).content == b"in"


def test_anonymous_caller_is_sent_to_sign_in_and_back() -> None:
    response = call(requires("steward")(view), None)
    assert response.status_code == 302
    assert response["Location"] == "/tai-khoan/dang-nhap/?next=%2Fdu-lieu%2F%3Ftrang%3D2"


def test_anonymous_fragment_moves_the_whole_page() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/lanh-dao/"}
    response = call(requires("leader")(view), None, **headers)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/tai-khoan/dang-nhap/?next=%2Flanh-dao%2F"


def test_fragment_of_another_site_is_not_gone_back_to() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.invalid/lanh-dao/"}
    response = call(requires("leader")(view), None, **headers)
    assert response["HX-Redirect"] == "/tai-khoan/dang-nhap/?next=%2Fdu-lieu%2F"


def test_wrong_role_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        call(requires("steward", "leader")(view), Holder(frozenset({"auditor"})))
    assert refusal.value.code == "role_missing"


def test_right_role_goes_in() -> None:
    officer = Holder(frozenset({"leader", "auditor"}))
    assert call(requires("steward", "leader")(view), officer).content == b"in"


def test_reauthentication_is_asked_for_unless_fresh() -> None:
    guarded = requires("steward", reauth=True)(view)
    stale = call(guarded, Holder(frozenset({"steward"})))
    assert stale["Location"].startswith("/tai-khoan/xac-nhan/?next=")
    assert call(guarded, Holder(frozenset({"steward"}), is_fresh=True)).content == b"in"


def test_wrong_role_is_refused_before_it_is_asked_to_reauthenticate() -> None:
    with pytest.raises(Refused):
        call(requires("steward", reauth=True)(view), Holder(frozenset({"auditor"})))


def test_unfinished_account_is_sent_to_finish_first() -> None:
    officer = Holder(frozenset({"steward"}), first_stop="account:password")
    response = call(requires("steward")(view), officer)
    assert response["Location"].startswith("/tai-khoan/mat-khau/?next=")
    assert call(signed_in(before_all=True)(view), officer).content == b"in"
