"""The national population service over HTTP, as the home's `upstream.toml` describes it.

Only the configured host is spoken to: addresses are built from the settings alone, redirects are
not followed, proxies of the environment are not used.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from danso.kernel import clock
from danso.kernel.errors import Unavailable
from danso.modules.population.adapters.upstream import (
    ChangeAnswer,
    Upstream,
    VerifyQuestion,
    WantedChange,
)
from danso.toolkit.platform import platform
from danso.wire.upstream import feed, soap
from danso.wire.upstream.faults import UpstreamDown, check_status
from danso.wire.upstream.feed import FeedPage
from danso.wire.upstream.setup import Setup, read_setup
from danso.wire.upstream.signing import Prepared, Signer


class NationalService:
    """One open connection. `national_service` gives it for a while."""

    def __init__(self, setup: Setup, secret: str, http: httpx.Client) -> None:
        self._setup = setup
        self._signer = Signer(setup, secret)
        self._http = http

    def verify(self, question: VerifyQuestion) -> bool:
        """See Upstream."""
        return self._verified(
            soap.Question(
                question.number,
                question.full_name,
                question.birth,
                question.procedure,
                question.officer,
                soap.new_request(),
            )
        )

    def check(self) -> None:
        """See Upstream."""
        self._verified(soap.nobody(self._setup))

    def changes_after(self, position: int, limit: int) -> FeedPage:
        """See Upstream."""
        asked = feed.FeedQuestion(position, limit)
        return feed.read_json(FeedPage, self._ask_json(self._setup.service.changes, asked))

    def ask_change(self, wanted: WantedChange) -> str:
        """See Upstream."""
        asked = feed.ChangeWanted(
            request=str(wanted.request),
            number=wanted.number,
            field=wanted.field,
            proposed=wanted.proposed,
            reason=wanted.reason,
            evidence=wanted.evidence,
        )
        told = self._ask_json(self._setup.service.requests, asked)
        return feed.read_json(feed.Receipt, told).receipt

    def answer_to(self, receipt: str) -> ChangeAnswer:
        """See Upstream."""
        path = f"{self._setup.service.requests}/answer"
        told = self._ask_json(path, feed.ReceiptQuestion(receipt))
        found = feed.read_json(feed.RequestAnswer, told)
        return ChangeAnswer(found.state, found.text, found.position)

    def _verified(self, question: soap.Question) -> bool:
        url, body = soap.ask(soap.VERIFY, self._setup, question)
        headers = {**soap.headers(soap.VERIFY), **self._signer.officer(question.officer)}
        return soap.read_verified(self._post(url, body, headers))

    def _ask_json(self, path: str, asked: msgspec.Struct) -> bytes:
        kind = {"Content-Type": feed.JSON}
        return self._post(self._setup.url(path), msgspec.json.encode(asked), kind)

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        try:
            status, content = self._signed((url, body, dict(headers)))
            if self._signer.is_forgotten(status):
                status, content = self._signed((url, body, dict(headers)))
        except httpx.HTTPError as error:
            raise UpstreamDown(type(error).__name__) from error
        if "SOAPAction" not in headers or not soap.is_fault(status):
            check_status(status)
        return content

    def _signed(self, prepared: Prepared) -> tuple[int, bytes]:
        """The call with its signature, after a new token where one is needed."""
        url, body, headers = prepared
        if (first := self._signer.token_call(clock.timestamp())) is not None:
            told = self._read(*first)
            self._signer.take_token(*told, clock.timestamp())
        signed = self._signer.headers(url, now=clock.timestamp())
        return self._read(url, body, {**headers, **signed})

    def _read(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and content; no more of it is read than a page of the feed may be long."""
        content = b""
        with self._http.stream("POST", url, content=body, headers=headers) as answer:
            for part in answer.iter_bytes():
                content += part
                if len(content) > feed.LONGEST:
                    raise UpstreamDown("too_long")
        return answer.status_code, content


def read_home() -> tuple[Setup, str] | None:
    """This home's settings and secret; None where nobody has set them."""
    here = platform()
    if here.upstream_path is None or not here.upstream_path.exists():
        return None
    return read_setup(here.upstream_path.read_text(encoding="utf-8")), here.upstream_secret


@contextmanager
def national_service() -> Iterator[Upstream]:
    """The service of this home, for one round of work. Raises Unavailable (`upstream_unset`)."""
    found = read_home()
    if found is None:
        raise Unavailable(
            "This home does not know its national service.",
            code="upstream_unset",
            fix="Start it once with `danso up --upstream FILE` "
            "(docs/how-to/connect-the-upstream.md).",
        )
    setup, secret = found
    with httpx.Client(
        timeout=setup.service.timeout,
        verify=_trust(setup.service.ca_file),
        trust_env=False,
        follow_redirects=False,
    ) as http:
        yield NationalService(setup, secret, http)


def _trust(ca_file: str) -> ssl.SSLContext | bool:
    return ssl.create_default_context(cafile=Path(ca_file)) if ca_file else True
