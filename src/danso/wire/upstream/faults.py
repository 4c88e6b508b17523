"""The two ways a call to the national service fails: not now, or not like this."""

from __future__ import annotations

from typing import Final

from danso.kernel.errors import Refused, Unavailable

NOT_NOW: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class UpstreamDown(Unavailable):
    """No answer, or none that can be read: the same call may work later. `kind` names no data."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"The national service gives no answer ({kind}).",
            code="upstream_down",
            fix="Nothing is lost: it is tried again; look at the link on the operator's page.",
        )
        self.kind = kind

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.kind,)


class UpstreamRefuses(Refused):
    """The service will not answer this home, or not this request: trying again changes nothing."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"The national service refuses the call ({kind}).",
            code="upstream_refuses",
            fix="Compare account, secret, codes and officers of upstream.toml with the agreement.",
        )
        self.kind = kind

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.kind,)


def check_status(status: int) -> None:
    """Raise for an HTTP status that carries no answer. A redirect is never followed."""
    if status in (200, 201):
        return
    if status in NOT_NOW:
        raise UpstreamDown(f"http_{status}")
    raise UpstreamRefuses(f"http_{status}")
