"""Leaving for another's address: always one that the module gave, never one from the request; and
the cookie by which a browser that comes back is known again."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

BROWSER: Final = "__Secure-danso-sso" if settings.SESSION_COOKIE_SECURE else "danso-sso"


def browser_secret(request: HttpRequest) -> str:
    """What only this browser keeps; a new one where it has none."""
    return request.COOKIES.get(BROWSER, "") or secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What a request's row knows of a cookie; nothing for no cookie."""
    return hashlib.sha256(secret.encode()).hexdigest()[:43] if secret else ""


def known_browser(request: HttpRequest) -> str:
    """The name of the browser that sends this, if it has one."""
    return hashed(request.COOKIES.get(BROWSER, ""))


def keep(answer: HttpResponse, secret: str) -> HttpResponse:
    """Have the browser keep its secret, for the paths of signing in alone."""
    answer.set_cookie(
        BROWSER,
        secret,
        path="/sso/",
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
    return answer


def answer_elsewhere(url: str) -> HttpResponse:
    """Send the browser to a client; the answer is stored nowhere and tells no address of ours."""
    answer = HttpResponseRedirect(url, status=303)
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


def let_forms_lead_to(answer: HttpResponse, url: str) -> HttpResponse:
    """Browsers hold a form's redirects to `form-action` too: name the one client it may end at."""
    if url:
        parts = urlsplit(url)
        answer._csp_update = {  # type: ignore[attr-defined]
            "form-action": [f"{parts.scheme}://{parts.netloc}"]
        }
    answer["Cache-Control"] = "no-store"
    return answer
