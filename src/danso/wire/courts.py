"""What courts send and are answered: parties of a case, people sought, decisions that come back."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from danso.wire.answers import BatchReason, FieldAnswer, Head, Result, ToldFact
from danso.wire.envelope import (
    IN,
    Birth,
    Code,
    Commune,
    Envelope,
    FieldCode,
    KnownPerson,
    Name,
    Number,
    Reference,
    check_person,
    check_visible,
)

PARTIES: Final = 50
_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\n)$"
_KEY: Final = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?!\n)$"
Day = Annotated[str, Meta(pattern=_DAY, description="yyyy-mm-dd")]
Key = Annotated[str, Meta(pattern=_KEY, description="The key you were given")]
Text = Annotated[str, Meta(min_length=1, max_length=300)]
Said = Annotated[str, Meta(min_length=1, max_length=120)]


class Case(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The case. `number` is what the journal keeps as the file; `envelope.file_code` may be left
    out. `court` is your own agency's code or that of courts under it; `division` says which."""

    number: Annotated[Said, Meta(description="Case number as the court writes it")]
    court: Code
    division: Annotated[Reference, Meta(description="Which of several courts of that kind")] = ""

    def __post_init__(self) -> None:
        check_visible(number=self.number, court=self.court, division=self.division)


class Party(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One party as the file says. Number, name and birth must match before anything is told."""

    role: Annotated[FieldCode, Meta(description="Role in the case; a code of the province's list")]
    number: Number
    full_name: Name
    birth: Birth
    sex: Literal[1, 2] | None = None
    permanent_place: Commune | None = None
    ref: Annotated[Reference, Meta(description="Comes back with the answer")] = ""

    def __post_init__(self) -> None:
        check_person(self.number, self.full_name, self.birth)
        check_visible(ref=self.ref)


class CasePartiesRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All parties of a case at once. `fields` names what to tell of each who matches; with `as_of`
    as the register holds it true on that day, and `unknown` names what it can't say of that day."""

    envelope: Envelope
    case: Case
    parties: Annotated[list[Party], Meta(min_length=1, max_length=PARTIES)]
    fields: Annotated[list[FieldCode], Meta(max_length=40)] = []
    as_of: Day | None = None


class CaseRecordRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The verification record of an answer, for the file."""

    envelope: Envelope
    record: Key
    pdf: bool = False


class Sought(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the court knows of somebody whose number it has not: family and given name, the last
    commune, and the birth year or the father's name."""

    full_name: Name
    commune: Annotated[Commune, Meta(description="Last known commune, on the map of today")]
    birth_year: Annotated[str, Meta(pattern=r"^((18|19|20|21)[0-9]{2})?(?!\n)$")] = ""
    father_name: Annotated[str, Meta(max_length=100)] = ""

    def __post_init__(self) -> None:
        if self.full_name.isspace():
            raise ValueError(f"Expected a name{IN}`full_name`")
        check_visible(full_name=self.full_name, father_name=self.father_name)


class Approval(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The judge's approval: who, by which decision, when."""

    judge: Said
    decision: Said
    date: Day

    def __post_init__(self) -> None:
        check_visible(judge=self.judge, decision=self.decision)


class PersonRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask the police of a commune who this is. You get a key; candidates are never listed."""

    envelope: Envelope
    case: Case
    sought: Sought
    approval: Approval
    reason: Text

    def __post_init__(self) -> None:
        check_visible(reason=self.reason)


class PersonRequestStatusRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What police answered, if they did."""

    envelope: Envelope
    request: Key


class Decision(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A judgment or decision about one person. `effective_on`: the day from which it is true (of a
    declared death, the day of death it determines)."""

    number: Said
    kind: Annotated[FieldCode, Meta(description="A code of the province's list")]
    date: Day
    effective_on: Day
    representative_name: Annotated[str, Meta(max_length=100)] = ""
    representative_number: Annotated[str, Meta(pattern=r"^([0-9]{12})?(?!\n)$")] = ""

    def __post_init__(self) -> None:
        check_visible(number=self.number, representative_name=self.representative_name)


class CourtDecisionRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tell the register what was decided about one person. It is a proposal until accepted."""

    envelope: Envelope
    case: Case
    person: KnownPerson
    decision: Decision


class CourtDecisionStatusRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a decision stands that you sent."""

    envelope: Envelope
    decision: Key


class ToldOn(Struct, frozen=True):
    """The fields and facts asked for. `unknown`: what can't be said of the day asked about. `life`
    and `flags` are of today; `as_of` is the day asked about, or when the record was confirmed."""

    fields: dict[str, Any]
    flags: dict[str, Any]
    life: str
    as_of: str
    facts: dict[str, ToldFact | None] = {}
    unknown: list[str] = []


class PartyAnswer(Struct, frozen=True):
    """One party: as verify, and what was told."""

    ref: str
    role: str
    result: Result
    code: str
    fields: dict[str, FieldAnswer]
    shared: ToldOn | None = None


class CasePartiesAnswer(Struct, frozen=True):
    """Answers in the order of the parties. `record`: key of the verification record, which
    /v1/case-records hands out once the journal is sealed (within about a minute)."""

    record: str
    as_of: str | None
    parties: list[PartyAnswer]
    reasons: dict[str, BatchReason]
    journal_head: Head = None


class CaseRecordAnswer(Struct, frozen=True):
    """The record with its proofs (check it with `danso journal check-record`), and the PDF in
    base64 if asked for."""

    record: dict[str, Any]
    pdf: str | None = None
    journal_head: Head = None


class PersonRequestAnswer(Struct, frozen=True):
    """That the request is with the police."""

    request: str
    state: str
    journal_head: Head = None


class FoundPerson(Struct, frozen=True):
    """Whom the police named, by what your agreement allows."""

    number: str = ""
    full_name: str = ""
    birth: str = ""


class PersonRequestState(Struct, frozen=True):
    """Where a request stands. `found` comes with the person; `unclear`: what you know fits nobody
    for certain, ask again with more."""

    request: str
    state: Literal["open", "found", "nobody", "unclear"]
    asked_at: str
    due: str | None
    answered_at: str | None
    person: FoundPerson | None = None
    journal_head: Head = None


class CourtDecisionAnswer(Struct, frozen=True):
    """`proposed` with its key (the same one again for the same decision), or why it could not be
    taken (as verify)."""

    result: str
    code: str
    decision: str = ""
    fields: dict[str, FieldAnswer] = {}
    journal_head: Head = None


class CourtDecisionState(Struct, frozen=True):
    """Where a decision stands. `sent_up`: accepted here, waiting for the national register."""

    decision: str
    state: Literal["proposed", "sent_up", "accepted", "rejected"]
    kind: str
    proposed_at: str
    due: str | None
    answer: str
    answered_at: str | None
    journal_head: Head = None
