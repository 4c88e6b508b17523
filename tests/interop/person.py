"""Somebody with a browser: follows links and fills in the forms of the pages, as httpx can."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

FORM = re.compile(
    r'<form (?:class="[^"]*" )?method="post"(?: action="([^"]*)")?[^>]*>(.*?)</form>', re.DOTALL
)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" (?:id="[^"]*" )?value="([^"]*)"')


@dataclass
class Person:
    """A browser with its cookies; `pages` is the provider's own host."""

    pages: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    page: str = ""
    url: str = ""

    def go(self, url: str) -> str:
        """Open an address and follow it within the provider: where it ends, or leaves to."""
        return self._follow(self.http.get(url))

    def sign_in(self, username: str, password: str) -> str:
        """Fill in the sign-in page that is open."""
        return self.submit("dang-nhap/$", login=username, password=password)

    def form(self, action: str) -> tuple[str, dict[str, str]]:
        """Where the form whose address this finds is sent, and what it holds by itself."""
        for address, inner in FORM.findall(self.page):
            if re.search(action, html.unescape(address)):
                hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(inner)}
                return urljoin(self.url, html.unescape(address)), hidden
        raise AssertionError(f"no form {action} on {self.url}: {self.page[:3000]}")

    def submit(self, action: str, **filled: Any) -> str:
        """Post the form whose address this finds, with what was filled in."""
        target, hidden = self.form(action)
        headers = {"Referer": self.url, "Origin": self.pages}
        return self._follow(self.http.post(target, data=hidden | filled, headers=headers))

    def bring(self, form: tuple[str, dict[str, str]]) -> str:
        """A form that another site's page sends here."""
        return self._follow(self.http.post(form[0], data=form[1]))

    def _follow(self, answer: httpx.Response) -> str:
        for _ in range(12):
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["location"])
            else:
                self.page, self.url = answer.text, str(answer.url)
                found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', self.page)
                if found is None:
                    return self.url
                target = urljoin(self.url, html.unescape(found[1]))
            if not target.startswith(self.pages):
                return target
            answer = self.http.get(target)
        raise AssertionError("redirected without end")


def told(url: str) -> dict[str, str]:
    """What an address tells the client."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
