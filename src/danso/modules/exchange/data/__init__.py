"""What passes the door of exchange: partners, keys, agreements, and the refusals about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit.data import Event
from danso.modules.exchange.data.consents import (
    CONSENT_LAW,
    ConsentAsked,
    ConsentCounts,
    ConsentData,
    ConsentGiven,
    ConsentStanding,
    ConsentVoice,
    ConsentWanted,
    ConsentWithdrawn,
    consent_account,
    consent_answered,
    consent_changed,
    consent_child_unasked,
    consent_fields,
    consent_level,
    consent_of_child,
    consent_request_over,
    consent_request_unknown,
    consent_step_up,
    consent_unknown,
    consent_withdrawn_before,
    consent_without_agreement,
)
from danso.modules.exchange.data.courts import (
    CaseAnswered,
    CaseRecordMade,
    CourtCase,
    DecisionAnswered,
    DecisionProposed,
    DecisionRecord,
    DecisionState,
    PersonSought,
    PersonSoughtAnswered,
    SoughtAnswer,
    SoughtPerson,
    SoughtState,
    decision_closed,
    decision_not_found,
    decision_not_yours,
    decision_second,
    person_unanswerable,
    request_answered,
    request_not_found,
)
from danso.wire.reasons import VERIFY_FIELDS

__all__ = [
    "CONSENT_LAW",
    "KEY_ALGORITHMS",
    "NON_STATE_SERVICES",
    "STATE_BODIES",
    "AgreementData",
    "AgreementTerms",
    "AgreementUnknown",
    "AlreadyThere",
    "CaseAnswered",
    "CaseRecordMade",
    "ConsentAsked",
    "ConsentCounts",
    "ConsentData",
    "ConsentGiven",
    "ConsentStanding",
    "ConsentVoice",
    "ConsentWanted",
    "ConsentWithdrawn",
    "CourtCase",
    "DecisionAnswered",
    "DecisionProposed",
    "DecisionRecord",
    "DecisionState",
    "FileAnswersErased",
    "FileJobData",
    "FileJobUnknown",
    "FileOrder",
    "FileState",
    "FilesNotForwarded",
    "GuessingSuspected",
    "KeyData",
    "NobodyAnswered",
    "PartnerBody",
    "PartnerData",
    "PartnerKind",
    "PartnerUnknown",
    "PersonSought",
    "PersonSoughtAnswered",
    "SandboxExample",
    "Service",
    "SoughtAnswer",
    "SoughtPerson",
    "SoughtState",
    "TermsRefused",
    "consent_account",
    "consent_answered",
    "consent_changed",
    "consent_child_unasked",
    "consent_fields",
    "consent_level",
    "consent_of_child",
    "consent_request_over",
    "consent_request_unknown",
    "consent_step_up",
    "consent_unknown",
    "consent_withdrawn_before",
    "consent_without_agreement",
    "decision_closed",
    "decision_not_found",
    "decision_not_yours",
    "decision_second",
    "person_unanswerable",
    "request_answered",
    "request_not_found",
]


class PartnerKind(StrEnum):
    """Whether the partner is a body of the state; decides which services it may be given at all."""

    STATE = "state"
    NON_STATE = "non_state"


class PartnerBody(StrEnum):
    """What kind of body it is; a purpose names those that may hold it (`readers`)."""

    AGENCY = "agency"
    COURT = "court"
    BANK = "bank"
    BUSINESS = "business"


STATE_BODIES = frozenset({PartnerBody.AGENCY, PartnerBody.COURT})


class Service(StrEnum):
    """What an agreement may open."""

    VERIFY = "verify"
    BATCH = "batch"
    SHARE = "share"
    LINK_NUMBER = "link-number"
    CHANGES = "changes"
    CORRECTION = "correction"
    CASE_PARTIES = "case-parties"
    PERSON_REQUEST = "person-request"
    COURT_DECISION = "court-decision"
    PUSH = "push"


# A body outside the state verifies with a reference of the holder's consent (a file of people with
# one per row), and shares what a live consent covers; following, linking and courts' calls are the
# state's.
NON_STATE_SERVICES = frozenset({Service.VERIFY, Service.BATCH, Service.SHARE})

# The columns of a file's answers; after the code one reason code per field, then those of facts.
_ANSWER_HEADINGS = ("line", "ref", "result", "code", *VERIFY_FIELDS)
_FACT_HEADINGS = ("", ".source", ".as_of", ".doubted")

KEY_ALGORITHMS = {"OKP": "Ed25519", "EC": "ES256", "RSA": "PS256"}


@dataclass(frozen=True, slots=True)
class PartnerData:
    """A body that may call the gateway. `agency` is a catalogue code, empty outside the state."""

    id: int
    code: str
    kind: PartnerKind
    body: PartnerBody
    name: str
    agency: str
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyData:
    """A partner's public key. `kid` is its RFC 7638 thumbprint."""

    kid: str
    partner: str
    algorithm: str
    public: Mapping[str, object]
    added_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class SubscriptionData:
    """A source's owner who hears of changes in `fields` of the people that the source links."""

    partner: str
    source: str
    fields: tuple[str, ...]
    since: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """What the two sides agreed: `until` is exclusive, `rate` is calls (or people) per minute.

    `evidence` names the paper that carries the legal basis (number, date, who keeps it);
    `partner_signatory` who signed for the partner, `officer_signatory` who signed for the province.
    """

    partner: str
    purpose: str
    service: Service
    fields: tuple[str, ...]
    since: datetime
    until: datetime
    rate: int
    evidence: str
    partner_signatory: str
    officer_signatory: str


@dataclass(frozen=True, slots=True)
class AgreementData:
    """An agreement as it stands, with its number and who issued or revoked it. `consent`: every
    person needs a reference of the holder's consent."""

    code: str
    terms: AgreementTerms
    legal_basis: str
    consent: bool
    issued_by: str
    issued_at: datetime
    revoked_by: str
    revoked_at: datetime | None
    revoke_reason: str


@dataclass(frozen=True, slots=True)
class SandboxExample:
    """A published made-up person: asking so gives this reason code."""

    number: str
    name: str
    birth: str
    gives: str
    note: str


class FileState(StrEnum):
    """How far a file is. `stopped`: its agreement ended before its last row; `erased`: its answers
    were kept for their term."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class FileOrder:
    """Why a file is asked about: as the envelope of a call says it."""

    agreement: str
    name: str
    officer: str
    procedure: str
    file_code: str


@dataclass(frozen=True, slots=True)
class FileJobData:
    """A file of people as it stands. `counts` by result; `size` bytes of answers so far; `facts`
    that its columns ask for."""

    key: UUID
    partner: str
    agreement: str
    name: str
    digest: str
    rows: int
    done: int
    counts: Mapping[str, int]
    state: FileState
    opened_at: datetime
    finished_at: datetime | None
    size: int
    facts: tuple[str, ...] = ()

    @property
    def answer_headings(self) -> tuple[str, ...]:
        """The columns of its answers; of each fact its code, source, as-of and "1" if doubted."""
        asked = (fact + part for fact in self.facts for part in _FACT_HEADINGS)
        return (*_ANSWER_HEADINGS, *asked)


class FileJobUnknown(NotFound):
    """No such file of this partner."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"there is no file {key}",
            code="file_job_unknown",
            fix="List your files; only the partner that opened one can see it.",
        )


class FileAnswersErased(NotFound):
    """The term of a file's answers is over."""

    def __init__(self) -> None:
        super().__init__(
            "The answers of this file are erased: their term is over.",
            code="file_answers_erased",
            fix="Send the file again if it is still needed; fetch answers within their term.",
        )


class FilesNotForwarded(Refused):
    """Whole files are not handed on where the register is absent: the rows would have to be kept
    until the national service has answered them all."""

    def __init__(self) -> None:
        super().__init__(
            "This province keeps no population data, and whole files are not forwarded.",
            code="files_not_forwarded",
            fix="Ask in batches of up to 1,000 people (POST /v1/verify/batch).",
        )


class PartnerUnknown(NotFound):
    """No partner with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"no partner has the code {code}",
            code="partner_unknown",
            fix="List the partners with `danso partner list`.",
        )


class AgreementUnknown(NotFound):
    """No agreement with this number."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"no agreement has the number {code}",
            code="agreement_unknown",
            fix="List a partner's agreements on its page or with `danso partner show`.",
        )


class TermsRefused(InvalidValue):
    """The terms go beyond what the purpose or the kind of partner allows."""


class AlreadyThere(Conflict):
    """The same partner, key or agreement is in force already."""


@dataclass(frozen=True)
class GuessingSuspected(Event):
    """A partner's wrong tries on one number reached the limit. `person` is None where nobody has
    that number. Written by `gateway_v1.verify`."""

    kind: ClassVar[str] = "exchange.guessing_suspected"
    person: UUID | None
    partner: int


@dataclass(frozen=True)
class NobodyAnswered(Event):
    """A partner was told that nobody has a number. `person` is who has it after all, and is
    protected; None where it is true. Written by `gateway_v1.verify`."""

    kind: ClassVar[str] = "exchange.nobody_answered"
    person: UUID | None
    partner: int
