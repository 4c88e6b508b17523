"""What partners are answered: shapes for the API's description and for the client to decode."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

FieldResult = Literal["match", "no_match", "not_held", "not_answered"]
Result = Literal[
    "match",
    "match_incomplete",
    "no_match",
    "not_found",
    "dead",
    "cancelled",
    "too_many_attempts",
]
Head = Annotated[
    str | None,
    Meta(description="Newest signed tree head of the journal (a C2SP note): keep it and compare"),
]


class Words(Struct, frozen=True):
    """One text in Vietnamese and English."""

    vi: str
    en: str


class FieldAnswer(Struct, frozen=True):
    """One field's answer. `doubted`: the register itself marks this field as under investigation
    or unverified."""

    result: FieldResult
    code: str
    doubted: bool = False


class FactAnswer(Struct, frozen=True):
    """Whether a connected source says what was claimed. `source` and `as_of` tell who says so and
    since which day; `doubted`: the owner's own value has a fault."""

    result: FieldResult
    code: str
    source: str | None = None
    as_of: str | None = None
    doubted: bool = False


class VerifyAnswer(Struct, frozen=True):
    """Match or not, per field and fact asked; never a stored value."""

    result: Result
    code: Annotated[str, Meta(description="Stable reason code; the list is in the guide")]
    fields: dict[str, FieldAnswer]
    reason: Words
    next: Words | None = None
    facts: dict[str, FactAnswer] = {}
    journal_head: Head = None


class BatchRow(Struct, frozen=True):
    """One person's answer in a batch. `not_answerable`: this row could not be worked on;
    `not_verified_yet`: the national database gave no answer, ask this row again."""

    ref: str
    result: Result | Literal["not_answerable", "not_verified_yet"]
    code: str
    fields: dict[str, FieldAnswer]
    facts: dict[str, FactAnswer] = {}


class BatchReason(Struct, frozen=True):
    """What a reason code says and what to do next."""

    vi: str
    en: str
    next: Words


class BatchAnswer(Struct, frozen=True):
    """Answers in the order of the questions, and the words of every reason code once."""

    answers: list[BatchRow]
    reasons: dict[str, BatchReason]
    journal_head: Head = None


class ToldFact(Struct, frozen=True):
    """What a connected source tells about the person: the value, the days it holds from and until
    (null: the source does not say), the day the source last changed it, and how good it is (`good`,
    `unverified` where the owner's own value has a fault, or `contradicted` where another record of
    the source tells something else)."""

    value: str
    since: str | None
    until: str | None
    source: str
    as_of: str
    quality: str


class Shared(Struct, frozen=True):
    """The fields asked for; a field the register lacks is null. `flags` says which are doubted and
    why, `as_of` the day the record was last confirmed. Looked up at the national database: `life`
    is `unknown`, and a field that its message does not carry is null. `facts` are those asked for
    of connected sources; null where no source tells it of this person."""

    fields: dict[str, Any]
    flags: dict[str, Any]
    life: str
    as_of: str
    facts: dict[str, ToldFact | None] = {}


class ShareAnswer(VerifyAnswer, frozen=True):
    """As verify; `shared` is there only when number, name and birth date match."""

    shared: Shared | None = None


class Linked(Struct, frozen=True):
    """Numbers of one person."""

    number: str
    old_numbers: list[str]
    as_of: str


class LinkAnswer(VerifyAnswer, frozen=True):
    """As verify; `linked` is there only when number, name and birth date match."""

    linked: Linked | None = None


class Change(Struct, frozen=True):
    """One change: ask /v1/share for the new values. `fields` are the register's fields and facts of
    sources; `records` the keys of your own records about this person, by source, where you
    subscribed to one. `number` is empty for a person that has none."""

    position: int
    at: str
    kind: str
    number: str
    fields: list[str]
    records: dict[str, list[str]] = {}


class ChangesAnswer(Struct, frozen=True):
    """Changes in the one order of the journal; go on with `after` = `next_after`."""

    changes: list[Change]
    next_after: int
    journal_head: Head = None


class CorrectionAnswer(Struct, frozen=True):
    """`opened` with its key, `already_open` with that of your open one claiming the same, or why
    it could not be (as verify)."""

    result: str
    code: str
    correction: str = ""
    journal_head: Head = None


class CorrectionState(Struct, frozen=True):
    """Where a correction stands."""

    correction: str
    state: Literal["open", "accepted", "rejected", "withdrawn"]
    field: str
    opened_at: str
    due: str | None
    answer: str
    answered_at: str | None
    journal_head: Head = None


class Token(Struct, frozen=True):
    """An access token (RFC 6749 section 5.1)."""

    access_token: str
    token_type: str
    expires_in: int


class TokenError(Struct, frozen=True):
    """Why there is none (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class ProblemDetails(Struct, frozen=True, omit_defaults=True):
    """RFC 9457. `code` is stable, `fix` says what to do next."""

    type: str
    title: str
    title_en: str
    status: int
    code: str
    fix: str
    detail: str = ""
    at: str = ""
    field_name: str = field(default="", name="field")
    request: str = ""


class SandboxExample(Struct, frozen=True):
    """A published made-up person: asking so gives this reason code."""

    number: str
    full_name: str
    birth: str
    gives: str
    note: str


class Sandbox(Struct, frozen=True):
    """The published made-up people of a demo home; a real home has none."""

    people: list[SandboxExample]
