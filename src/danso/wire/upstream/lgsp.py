"""The way in through a province's sharing axis (LGSP): a token, and two headers with each call.

Known from public clients of the axis: `lgspaccesstoken` is base64 of a JSON object of five members,
the token comes for it by `grant_type=client_credentials`, and `AuthHash` is the officer's own key
pair. **Assumed** beyond that: lifetimes, and that a 401 means the token is no longer known.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from danso.wire.upstream.faults import UpstreamDown

HEADER: Final = "lgspaccesstoken"
OFFICER_HEADER: Final = "AuthHash"
FORM: Final = b"grant_type=client_credentials"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
UNAUTHORIZED: Final = 401
# A token is renewed this long before it expires, and kept so long where nothing is said.
_EARLY: Final = 30.0
_KEPT: Final = 60.0

Word = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class Lgsp(Struct, frozen=True, forbid_unknown_fields=True):
    """Who we are to the axis: the four members of its header that are no secret."""

    access_key: Word
    app: Word
    partner: Word
    partner_customer: Annotated[str, Meta(max_length=200)] = ""

    def header(self, secret: str) -> str:
        """The value of `lgspaccesstoken`."""
        members = {
            "AccessKey": self.access_key,
            "SecretKey": secret,
            "AppName": self.app,
            "PartnerCode": self.partner,
            "PartnerCodeCus": self.partner_customer,
        }
        return base64.b64encode(json.dumps(members, ensure_ascii=False).encode()).decode()


@dataclass(frozen=True, slots=True)
class Keys:
    """What the secret file holds: the shared secret, and of each registered officer the key pair
    `name:pass` that goes into AuthHash."""

    secret: str = field(repr=False)
    officers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def officer_header(self, officer: str) -> dict[str, str]:
        """AuthHash of an officer (MaCanBo); none where no key pair is held for them."""
        pair = self.officers.get(officer)
        if pair is None:
            return {}
        return {OFFICER_HEADER: base64.b64encode(pair.encode()).decode()}


def read_keys(text: str) -> Keys:
    """The secret file: first line the shared secret, each further one `MaCanBo=name:pass`."""
    first, *rest = text.strip().splitlines() or [""]
    pairs = (line.partition("=") for line in rest if "=" in line)
    return Keys(first.strip(), {code.strip(): pair.strip() for code, _, pair in pairs})


class _Told(Struct, frozen=True):
    access_token: Annotated[str, Meta(min_length=1, max_length=8192, pattern=r"^[\x21-\x7e]+$")]
    expires_in: float | str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and the moment (of the reader's clock) until which it is used."""

    value: str = field(default="", repr=False)
    until: float = float("-inf")


def read_token(content: bytes, now: float) -> Token:
    """The token of an answer; one that cannot be read is no answer."""
    try:
        told = msgspec.json.decode(content, type=_Told)
        kept = float(told.expires_in or _KEPT)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise UpstreamDown("token_unreadable") from error
    return Token(told.access_token, now + max(kept - _EARLY, min(kept, 1.0)))
