"""Which language a page speaks: Vietnamese unless the reader switched; browsers are not asked.

Offices here run browsers set to English by their seller; their readers are not English.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class LanguageMiddleware:
    """Instead of Django's LocaleMiddleware: only the cookie of the language switch counts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(code):
            # Django's own error handling reads this after the middleware has returned.
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.setdefault("Content-Language", code)
        return response
