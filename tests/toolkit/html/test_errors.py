"""Each failure has a page with a next step; the hidden and the missing read alike."""

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation
from markupsafe import escape

from danso.kernel.errors import Conflict, DansoError, InvalidValue, NotFound, Refused, Unavailable
from danso.toolkit.html import errors


@pytest.fixture
def request_() -> HttpRequest:
    return RequestFactory().get("/x")


@pytest.mark.parametrize("status", sorted(errors.PAGES))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_status_says_what_to_do(
    request_: HttpRequest, english: None, status: int, language: str
) -> None:
    with translation.override(language):
        answer = errors.error_page(request_, status)
        text = answer.content.decode()
        assert answer.status_code == status
        assert f'<h1 class="govuk-heading-l">{errors.PAGES[status].title}</h1>' in text
        assert escape(str(errors.PAGES[status].fix)) in text
        assert f'<html lang="{language}"' in text


@pytest.mark.parametrize(
    ("kind", "status"),
    [(InvalidValue, 400), (Refused, 403), (NotFound, 404), (Conflict, 409), (Unavailable, 503)],
)
def test_our_own_errors_become_pages(
    request_: HttpRequest, kind: type[DansoError], status: int
) -> None:
    error = kind("the stove is <cold>", code="stove_cold", fix="Light it.")
    answer = errors.page_of(request_, error)
    text = answer.content.decode()
    assert answer.status_code == status
    assert "stove_cold" in text
    assert "<cold>" not in text
    assert ("the stove is" in text) == (status != 404)
    assert answer.headers.get("Retry-After") == ("60" if status == 503 else None)


def test_a_failing_error_page_still_answers(
    request_: HttpRequest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **kwargs: object) -> str:
        raise RuntimeError("templates are gone")

    monkeypatch.setattr(errors, "render_to_string", fail)
    answer = errors.server_error(request_)
    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi" in answer.content.decode()
    assert "Something went wrong" in answer.content.decode()
    assert "the error page itself failed" in caplog.text


def test_the_page_of_a_crash_asks_nothing_of_session_or_database(request_: HttpRequest) -> None:
    class Forbidden:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"asked for {name}")

    vars(request_).update(user=Forbidden(), session=Forbidden())
    assert errors.server_error(request_).status_code == 500
    assert "Hệ thống gặp lỗi" in errors.server_error(request_).content.decode()


def test_an_old_form_says_so(client: Client) -> None:
    answer = Client(enforce_csrf_checks=True).post("/ngon-ngu", {"language": "en"})
    assert answer.status_code == 403
