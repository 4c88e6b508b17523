"""The three roads by which a source's service is reached: what each asks of a call, and how its
answers are wrapped. A port: whoever learns the real platform's rules writes them here.

`own` is the service itself. `ndxp` goes over a sharing axis (LGSP) as public clients show it.
`ndop` is the Ministry's platform of Decree 278/2025: **its specification is not public**, so a home
says what holds, and where it says nothing the service is called as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Protocol

from msgspec import Meta, Struct

from danso.modules.sources.adapters.faults import SourceDown, refuses, unexpected
from danso.wire.upstream import lgsp

_REFUSED: Final = frozenset({"401", "403"})
_WORD: Final = re.compile(r"[A-Za-z0-9_.-]{1,24}")
Path = Annotated[str, Meta(max_length=100, pattern=r"^([A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*)?$")]
HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")]
HeaderValue = Annotated[str, Meta(max_length=200, pattern=r"^[\x20-\x7e]*$")]


class Ndop(Struct, frozen=True, forbid_unknown_fields=True):
    """What a home knows of the Ministry's platform. **Assumed throughout.**

    `headers` go with every call (no secrets). `data`: the member under which the owner's page lies;
    `code`: the member that says how it went, `done` its values for well.
    """

    headers: dict[HeaderName, HeaderValue] = {}
    data: Path = ""
    code: Path = ""
    done: tuple[str, ...] = ("0",)


class Road(Protocol):
    """One road, for one source."""

    def token_headers(self) -> dict[str, str] | None:
        """What the call for a token carries; None: the account and secret, as OAuth has it."""

    def headers(self) -> dict[str, str]:
        """What every call carries besides its sign-in."""

    def unwrapped(self, found: Any) -> Any:
        """The owner's own page out of what came. SourceDown: the platform could not; Refused: it
        will not; InvalidValue `source_answer`: it is no answer of this platform."""


@dataclass(frozen=True)
class OwnRoad:
    """Straight to the owner's service."""

    def token_headers(self) -> dict[str, str] | None:
        """See Road."""
        return None

    def headers(self) -> dict[str, str]:
        """See Road."""
        return {}

    def unwrapped(self, found: Any) -> Any:
        """See Road."""
        return found


@dataclass(frozen=True)
class AxisRoad:
    """Over a sharing axis: its header and token, and its envelope `{code, status, correlationId,
    response: {error_code, message, data}}` with error_code 0 for well."""

    caller: lgsp.Lgsp
    secret: str = field(repr=False)

    def token_headers(self) -> dict[str, str] | None:
        """See Road."""
        return self.headers()

    def headers(self) -> dict[str, str]:
        """See Road."""
        return {lgsp.HEADER: self.caller.header(self.secret)}

    def unwrapped(self, found: Any) -> Any:
        """See Road."""
        response = found.get("response") if isinstance(found, Mapping) else None
        if not isinstance(response, Mapping) or "error_code" not in response:
            raise unexpected("no envelope of the sharing axis")
        _check(str(response["error_code"]), ("0",), told=str(found.get("code")))
        return response.get("data")


@dataclass(frozen=True)
class PlatformRoad:
    """Over the Ministry's platform, as far as a home knows it."""

    known: Ndop

    def token_headers(self) -> dict[str, str] | None:
        """See Road."""
        return None

    def headers(self) -> dict[str, str]:
        """See Road."""
        return dict(self.known.headers)

    def unwrapped(self, found: Any) -> Any:
        """See Road."""
        if self.known.code:
            _check(str(_member(found, self.known.code)), self.known.done)
        if not self.known.data:
            return found
        inner = _member(found, self.known.data)
        if inner is None:
            raise unexpected(f"nothing under {self.known.data}")
        return inner


def _check(code: str, done: tuple[str, ...], told: str = "") -> None:
    """`told`: an HTTP status that the envelope carries while HTTP itself says 200."""
    if code in done:
        return
    shown = code if _WORD.fullmatch(code) else "unclear"
    if code in _REFUSED or told in _REFUSED:
        raise refuses(f"envelope_{shown}")
    raise SourceDown(f"envelope_{shown}")


def _member(found: Any, path: str) -> Any:
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
