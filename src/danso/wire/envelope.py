"""What partners send: the envelope that says why they ask, and the requests themselves."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

# msgspec hands a pattern to `re` value by value, which costs more than all the rest of reading a
# claim. So the patterns that every call meets stand in the schema for partners to read, and are
# held to by the `__post_init__` below, cheaply. IN separates what is wrong from the field it is in.
IN: Final = " - in "
# Visible characters only: nothing that could break a line of a log or a column of a batch.
_VISIBLE: Final = r"^[^\x00-\x1f\x7f\x85\u2028\u2029]*$"
_CODE: Final = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"
_BIRTH: Final = r"^(18|19|20|21)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?$"


def _pattern(wanted: str) -> Meta:
    # Python's `$` also stands before a last line feed; elsewhere the look-ahead changes nothing.
    return Meta(pattern=wanted + r"(?!\n)")


Code = Annotated[str, Meta(min_length=1, max_length=64, extra_json_schema={"pattern": _CODE})]
Reference = Annotated[str, Meta(max_length=120, extra_json_schema={"pattern": _VISIBLE})]
Number = Annotated[
    str,
    Meta(
        min_length=12,
        max_length=12,
        description="Personal number (số định danh cá nhân), 12 digits",
        extra_json_schema={"pattern": "^[0-9]{12}$"},
    ),
]
EitherNumber = Annotated[
    str,
    _pattern(r"^([0-9]{9}|[0-9]{12})$"),
    Meta(description="9-digit (CMND) or 12-digit number"),
]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        description="Birth name, whole (họ, chữ đệm và tên); case and spacing do not matter",
        extra_json_schema={"pattern": r"\S"},
    ),
]
Birth = Annotated[
    str,
    Meta(
        max_length=10,
        description="As precisely as the paper says: 1965, 1965-03 or 1965-03-21",
        extra_json_schema={"pattern": _BIRTH},
    ),
]
Commune = Annotated[
    str, _pattern(r"^[0-9]{5}$"), Meta(description="Commune code on the map since 1 July 2025")
]
FieldCode = Annotated[str, _pattern(r"^[a-z][a-z0-9_]*$"), Meta(max_length=64)]
Day = Annotated[
    str,
    _pattern(r"^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"),
    Meta(max_length=10, description="A day, as 2026-03-21"),
]

_visible: Final = re.compile(_VISIBLE[:-1] + r"\Z").match
_is_code: Final = lru_cache(1024)(re.compile(_CODE[:-1] + r"\Z").match)
_is_birth: Final = lru_cache(65_536)(re.compile(_BIRTH[:-1] + r"\Z").match)


def check_visible(**values: str) -> None:
    """Refuse what could break a line of a log or a column of a batch, saying where."""
    # Printable is narrower than visible, and one look at all of them.
    if "".join(values.values()).isprintable():
        return
    for field, value in values.items():
        if not _visible(value):
            raise ValueError(f"Expected visible characters only{IN}`{field}`")


class Envelope(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why you ask. `officer` may come as X-Road-UserId and `file_code` as X-Road-Issue instead."""

    purpose: Annotated[Code, Meta(description="Purpose code of your agreement")]
    procedure: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=64,
            description="National code of the procedure (mã thủ tục hành chính)",
            extra_json_schema={"pattern": _VISIBLE},
        ),
    ]
    file_code: Annotated[Reference, Meta(description="Your file (mã hồ sơ)")] = ""
    officer: Annotated[Reference, Meta(description="Your officer's code, never a name")] = ""
    agreement: Annotated[Reference, Meta(description="Your agreement's number, to be sure")] = ""
    consent: Annotated[Reference, Meta(description="Reference of the holder's consent")] = ""

    def __post_init__(self) -> None:
        if not _is_code(self.purpose):
            raise ValueError(f"Expected a code: letters, digits and . _ / -{IN}`purpose`")
        check_visible(
            procedure=self.procedure,
            file_code=self.file_code,
            officer=self.officer,
            agreement=self.agreement,
            consent=self.consent,
        )


class FactClaim(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the paper says of something a connected source tells. Without `value`: whether there is
    any that is in force. `on`: in force on that day, today by default."""

    value: Annotated[str, _pattern(_VISIBLE), Meta(min_length=1, max_length=200)] | None = None
    on: Day | None = None


class Claim(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the paper in your hand says about one person."""

    number: Number
    full_name: Name
    birth: Birth | None = None
    sex: Annotated[Literal[1, 2], Meta(description="1 male (nam), 2 female (nữ)")] | None = None
    permanent_place: Commune | None = None
    facts: Annotated[
        dict[FieldCode, FactClaim],
        Meta(max_length=10, description="By the fact's code: what connected sources should say"),
    ] = {}

    def __post_init__(self) -> None:
        check_person(self.number, self.full_name, self.birth)


def check_person(number: str, full_name: str, birth: str | None) -> None:
    """Refuse a number, name or birth date that is none, saying where."""
    if not (number.isdigit() and number.isascii()):
        raise ValueError(f"Expected digits only{IN}`number`")
    if full_name.isspace():
        raise ValueError(f"Expected a name{IN}`full_name`")
    if birth is not None and not _is_birth(birth):
        raise ValueError(f"Expected 1965, 1965-03 or 1965-03-21{IN}`birth`")


class BatchClaim(Claim, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of a batch: `ref` comes back with its answer."""

    ref: Reference = ""
    consent: Reference = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.ref.isprintable() and self.consent.isprintable()):
            check_visible(ref=self.ref, consent=self.consent)


class VerifyRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Does what the paper says match the register?"""

    envelope: Envelope
    person: Claim


class BatchRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The same for up to 1,000 people."""

    envelope: Envelope
    people: Annotated[list[BatchClaim], Meta(min_length=1, max_length=1000)]


class KnownPerson(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Number, name and birth date: all three must match before anything is told."""

    number: Number
    full_name: Name
    birth: Birth

    def __post_init__(self) -> None:
        check_person(self.number, self.full_name, self.birth)


class ShareRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Tell me these fields about this person. `follow` puts the person on your /v1/changes list."""

    envelope: Envelope
    person: KnownPerson
    fields: Annotated[list[FieldCode], Meta(min_length=1, max_length=40)]
    follow: bool = False


class NumberedPerson(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """As `KnownPerson`, with the old or the new number."""

    number: EitherNumber
    full_name: Name
    birth: Birth

    def __post_init__(self) -> None:
        check_person(self.number, self.full_name, self.birth)


class LinkRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which number belongs with this one (9 digits <-> 12 digits)?"""

    envelope: Envelope
    person: NumberedPerson


class CorrectionRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The register is wrong: this field should say that, and here is the proof."""

    envelope: Envelope
    person: KnownPerson
    field: FieldCode
    claimed: Annotated[
        str,
        _pattern(_VISIBLE),
        Meta(min_length=1, max_length=300, description="What it should say"),
    ]
    evidence: Annotated[
        str,
        _pattern(_VISIBLE),
        Meta(min_length=1, max_length=300, description="The paper that says so"),
    ]


class CorrectionStatusRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """How far is this correction?"""

    envelope: Envelope
    correction: Annotated[str, _pattern(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class ChangesRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What changed after this position about the people you follow, and those whom the sources that
    you subscribed to link? In the order of positions; a page ends with a whole position, so that it
    may go over `limit` (by one for a merge, by 199 where a source told anew)."""

    envelope: Envelope
    after: Annotated[int, Meta(ge=-1, description="The last position you have seen; -1 to begin")]
    limit: Annotated[int, Meta(ge=1, le=1000)] = 500
