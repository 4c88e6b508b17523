"""Leaving for a client's address: always one that the module gave, never one from the request."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect


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
