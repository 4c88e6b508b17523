"""Calls to a source over HTTP: signed in, bounded in size and time, repeated with patience."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final, Literal, TypeVar

import httpx

from danso.kernel import clock
from danso.modules.sources.adapters.faults import (
    SourceDown,
    elsewhere,
    is_certificate,
    refuses,
    unexpected,
)
from danso.modules.sources.adapters.places import RestPlace, road_of
from danso.modules.sources.adapters.reach import Reach
from danso.toolkit.addresses import CheckedTransport

SignIn = Literal["oauth", "basic", "none"]
Parsed = TypeVar("Parsed")
NOT_MODIFIED: Final = 304
_OK: Final = 200
_UNAUTHORIZED: Final = 401
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOT_NOW: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOST_REDIRECTS: Final = 3
_FIRST_WAIT: Final = 0.5
_LONGEST_STEP: Final = 60.0
_TOKEN_MOST: Final = 64 << 10
# A token is renewed this long before it expires, and kept so long where nothing is said.
_TOKEN_EARLY: Final = 30.0
_TOKEN_KEPT: Final = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back: 200 with content, or 304."""

    status: int
    content: bytes
    etag: str


@dataclass
class _Token:
    value: str = ""
    until: float = float("-inf")


class Caller:
    """One source's caller. `wait` and `monotonic` are time, for tests to replace."""

    def __init__(
        self,
        place: RestPlace,
        sign_in: SignIn,
        secret: str,
        reach: Reach,
        *,
        wait: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._place = place
        self._sign_in = sign_in
        self._secret = secret
        self.road = road_of(place, secret)
        self._reach = reach
        self._wait = wait
        self._monotonic = monotonic
        self._token = _Token()
        self._client: httpx.Client | None = None

    @property
    def origin(self) -> tuple[str, str, int | None]:
        """Scheme, host and port that every page comes from."""
        return _origin(httpx.URL(self._place.url))

    def close(self) -> None:
        """Close its connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def get(self, url: httpx.URL, etag: str, read: Callable[[Answer], Parsed]) -> Parsed:
        """The answer as `read` reads it; `read` may raise SourceDown for one that is garbage.

        Tried again, each time later, while the source is down; SourceDown when that lasts, with
        the time it asked for if that is longer than this home waits in one pull.
        """
        pause = _FIRST_WAIT
        for left in range(self._place.attempts - 1, -1, -1):
            try:
                return read(self._signed_in(url, etag))
            except SourceDown as down:
                if not left or down.retry_after > self._place.longest_wait:
                    raise
                self._wait(down.retry_after or pause)
                pause = min(pause * 2, _LONGEST_STEP, self._place.longest_wait)
        raise SourceDown("attempts")

    def _signed_in(self, url: httpx.URL, etag: str) -> Answer:
        answer = self._followed(url, etag)
        if answer.status == _UNAUTHORIZED and self._sign_in == "oauth":
            self._token = _Token()
            answer = self._followed(url, etag)
        if answer.status not in (_OK, NOT_MODIFIED):
            raise refuses(f"http_{answer.status}")
        return answer

    def _followed(self, url: httpx.URL, etag: str) -> Answer:
        """With redirects within the same host; others would be told our credentials."""
        for _ in range(_MOST_REDIRECTS + 1):
            headers = {
                "Accept": "application/json",
                **self.road.headers(),
                **self._credentials(),
            }
            if etag:
                headers["If-None-Match"] = etag
            answer, location = self._send("GET", url, headers, most=self._place.most_bytes)
            if not location:
                return answer
            url = url.join(location)
            if _origin(url) != self.origin:
                raise elsewhere("redirect")
        raise unexpected("redirects without end")

    def _send(
        self,
        method: str,
        url: httpx.URL,
        headers: dict[str, str],
        *,
        most: int,
        form: dict[str, str] | None = None,
    ) -> tuple[Answer, str]:
        """One request: its answer, and where it leads to if it is a redirect."""
        client = self._opened()
        end = self._monotonic() + self._place.page_seconds
        try:
            with client.stream(method, url, headers=headers, data=form) as response:
                self._check_status(response)
                content = bytearray()
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > most:
                        raise unexpected(f"a page of more than {most >> 20} MB")
                    if self._monotonic() > end:
                        raise SourceDown("slow")
                location = response.headers.get("location", "")
                is_redirect = response.status_code in _REDIRECTS
                if is_redirect and not location:
                    raise SourceDown("redirect_nowhere")
                etag = response.headers.get("etag", "")
                answer = Answer(response.status_code, bytes(content), etag)
                return answer, location if is_redirect else ""
        except httpx.TimeoutException as error:
            raise SourceDown("timeout") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            if is_certificate(error):
                raise refuses("tls") from error
            raise SourceDown("connection") from error

    def _check_status(self, response: httpx.Response) -> None:
        if response.status_code in _NOT_NOW:
            later = _retry_after(response.headers.get("retry-after", ""))
            raise SourceDown(f"http_{response.status_code}", later)

    def _opened(self) -> httpx.Client:
        if self._client is None:
            context = ssl.create_default_context(cafile=self._place.ca_file or None)
            inner = httpx.HTTPTransport(verify=context, trust_env=False)
            self._client = httpx.Client(
                transport=CheckedTransport(self._reach.address_of, inner),
                timeout=self._place.timeout,
                follow_redirects=False,
                trust_env=False,
            )
        return self._client

    def _credentials(self) -> dict[str, str]:
        if self._sign_in == "none":
            return {}
        if self._sign_in == "basic":
            return {"Authorization": self._basic()}
        if self._monotonic() >= self._token.until:
            self._token = self._fetch_token()
        return {"Authorization": f"Bearer {self._token.value}"}

    def _basic(self) -> str:
        request = httpx.Request("GET", self._place.url)
        auth = httpx.BasicAuth(self._place.account, self._secret)
        return str(next(auth.auth_flow(request)).headers["Authorization"])

    def _fetch_token(self) -> _Token:
        """RFC 6749 4.4, client credentials; a road may have another way to say who we are."""
        form = {"grant_type": "client_credentials"}
        if self._place.scope:
            form["scope"] = self._place.scope
        shown = self.road.token_headers()
        known = {"Authorization": self._basic()} if shown is None else shown
        headers = {"Accept": "application/json", **known}
        url = httpx.URL(self._place.token_url)
        answer, location = self._send("POST", url, headers, most=_TOKEN_MOST, form=form)
        if location:
            raise elsewhere("token")
        if answer.status != _OK:
            raise refuses(f"token_http_{answer.status}")
        return self._read_token(answer.content)

    def _read_token(self, content: bytes) -> _Token:
        try:
            found = httpx.Response(_OK, content=content).json()
            value, kept = found["access_token"], float(found.get("expires_in") or _TOKEN_KEPT)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceDown("token_unreadable") from error
        if not isinstance(value, str) or not value.isascii() or not value.isprintable():
            raise SourceDown("token_unreadable")
        until = self._monotonic() + max(kept - _TOKEN_EARLY, min(kept, 1.0))
        return _Token(value, until)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _retry_after(header: str) -> float:
    """Seconds, from a number or a date; 0 for nothing or nonsense."""
    if header.isdecimal():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return 0.0
    return max(0.0, at.timestamp() - clock.timestamp())
