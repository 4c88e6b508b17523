"""Signing calls to the national service, on the road that a home is set to. Holds its token."""

from __future__ import annotations

from danso.wire.upstream import credentials, lgsp
from danso.wire.upstream.faults import NOT_NOW, UpstreamDown, UpstreamRefuses
from danso.wire.upstream.setup import Setup

Prepared = tuple[str, bytes, dict[str, str]]


class Signer:
    """One caller's signatures. Times are seconds since 1970."""

    def __init__(self, setup: Setup, secret: str) -> None:
        self._setup = setup
        self._keys = lgsp.read_keys(secret)
        self._token = lgsp.Token()

    def pseudonym(self, number: str) -> str:
        """See credentials.pseudonym: officers' keys that come and go do not change it."""
        return credentials.pseudonym(self._keys.secret, number)

    def officer(self, officer: str) -> dict[str, str]:
        """What a call says of its officer besides MaCanBo."""
        return {} if self._setup.lgsp is None else self._keys.officer_header(officer)

    def token_call(self, now: float) -> Prepared | None:
        """The call that must come first because no token is held; None where none is needed."""
        axis = self._setup.lgsp
        if axis is None or now < self._token.until:
            return None
        headers = {
            "Content-Type": lgsp.FORM_TYPE,
            lgsp.HEADER: axis.header(self._keys.secret),
        }
        return self._setup.url(self._setup.service.token), lgsp.FORM, headers

    def take_token(self, status: int, content: bytes, now: float) -> None:
        """Take in the answer to `token_call`."""
        if status in NOT_NOW:
            raise UpstreamDown(f"token_http_{status}")
        if status != 200:
            raise UpstreamRefuses(f"token_http_{status}")
        self._token = lgsp.read_token(content, now)

    def is_forgotten(self, status: int) -> bool:
        """Whether this answer means that the token is no longer known; it is dropped then."""
        if status != lgsp.UNAUTHORIZED or not self._token.value:
            return False
        self._token = lgsp.Token()
        return True

    def headers(self, url: str, *, now: float) -> dict[str, str]:
        """Who we are, for one call at this moment."""
        axis = self._setup.lgsp
        if axis is None:
            account = self._setup.caller.account
            return credentials.headers(url, account, self._keys.secret, at=now)
        return {
            "Authorization": f"Bearer {self._token.value}",
            lgsp.HEADER: axis.header(self._keys.secret),
        }
