"""Vietnamese first: only the reader's own switch changes it, and it leads back safely."""

from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client


def language_of(answer: HttpResponseBase) -> object:
    return answer.headers["Content-Language"]


def test_the_browsers_wish_is_not_asked(client: Client) -> None:
    answer = client.get("/gallery", headers={"accept-language": "en-US,en;q=0.9"})
    assert language_of(answer) == "vi"
    assert '<html lang="vi"' in answer.content.decode()


def test_the_switch_sets_a_cookie_and_comes_back(client: Client, english: None) -> None:
    answer = client.post("/ngon-ngu", {"language": "en", "next": "/gallery?variant=citizen"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/gallery?variant=citizen"
    assert language_of(client.get("/gallery")) == "en"


def test_the_switch_never_leads_to_another_site(client: Client) -> None:
    for evil in ("https://evil.invalid/", "//evil.invalid", "javascript:alert(1)"):
        answer = client.post("/ngon-ngu", {"language": "en", "next": evil})
        assert "evil" not in answer.headers["Location"]
        assert "javascript" not in answer.headers["Location"]


def test_a_made_up_language_is_vietnamese(client: Client) -> None:
    for asked in ("xx", "../../etc", "en-GB", ""):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = asked
        assert language_of(client.get("/gallery")) == "vi"
