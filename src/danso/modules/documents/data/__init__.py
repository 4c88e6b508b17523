"""Shapes of the paper store: what a paper is, what is told of it, what happened to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final, Literal
from uuid import UUID

from danso.modules.audit.data import Event

__all__ = [
    "ANYWHERE",
    "LARGEST",
    "MEDIA_TYPES",
    "Form",
    "Grounds",
    "Index",
    "NewPaper",
    "Origin",
    "PaperChecked",
    "PaperData",
    "PaperKept",
    "PaperReused",
    "PaperRevoked",
    "PaperState",
    "Reach",
    "Scan",
]

# A scan of a few pages at 300 dpi; larger ones are photographs that nobody made smaller.
LARGEST: Final = 20 * 1024 * 1024

# What a file is, told from its content and never from its name.
Form = Literal["pdf", "jpeg", "png"]
# What a page says that a paper is when it hands it out.
MEDIA_TYPES: Final[dict[Form, str]] = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
# Who brought it: the applicant online, an officer at a desk, or the state as a result.
Origin = Literal["applicant", "desk", "result"]
# What the virus scanner said; `unscanned` where this home has none.
Scan = Literal["clean", "unscanned"]


class PaperState(StrEnum):
    """`unchecked`: nobody of the office has looked at it; only `checked` ones prove anything."""

    UNCHECKED = "unchecked"
    CHECKED = "checked"
    REJECTED = "rejected"
    REPLACED = "replaced"
    REVOKED = "revoked"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why somebody keeps or opens a paper: purpose, law, procedure and file."""

    purpose: str
    legal_basis: str = ""
    procedure: str = ""
    file_code: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """What is written on a paper, in the words of domain.md 6.8 (Circular 01/2023/TT-VPCP).

    `symbol`: số, ký hiệu; `abstract`: trích yếu; `valid_until` None: no end is known.
    """

    symbol: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    issuer: str = ""
    signer: str = ""
    abstract: str = ""


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper to keep: whose, which kind (code of papers.yaml), its file, where it was taken in.

    `is_signed`: the file itself bears a valid digital signature, which whoever gives it has
    checked: a result without one proves nothing elsewhere ("bản chưa ký số").
    """

    person: UUID
    kind: str
    content: bytes
    name: str
    unit: str
    origin: Origin
    index: Index = Index()
    is_signed: bool = False
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Which papers a reader can see: those of one person, or taken in at these units; both empty:
    none. `ANYWHERE` is for jobs that act for the whole platform."""

    person: UUID | None = None
    units: Collection[str] = ()
    is_all: bool = False


ANYWHERE: Final = Reach(is_all=True)


@dataclass(frozen=True, slots=True)
class PaperData:
    """What is told of a paper without opening it. `octets` and `sha256` are of its content."""

    key: UUID
    person: UUID
    kind: str
    form: Form
    state: PaperState
    origin: Origin
    unit: str
    kept_at: datetime
    octets: int
    sha256: str
    version: int
    uses: int
    scan: Scan
    is_signed: bool
    index: Index
    procedure: str = ""
    file_code: str = ""
    replaces: UUID | None = None
    rejected_why: str = ""

    @property
    def is_result(self) -> bool:
        """Whether the state issued it here (LoaiSoHoa 1), rather than received it (0)."""
        return self.origin == "result"

    def proves(self, day: date) -> bool:
        """Whether it can stand as proof on a day: checked, in force, and signed if a result."""
        ends = self.index.valid_until
        return (
            self.state is PaperState.CHECKED
            and (ends is None or day <= ends)
            and (self.is_signed or not self.is_result)
        )


@dataclass(frozen=True)
class PaperKept(Event):
    """A paper has come into the store."""

    kind: ClassVar[str] = "documents.paper_kept"
    paper: UUID
    person: UUID
    paper_kind: str
    origin: str


@dataclass(frozen=True)
class PaperChecked(Event):
    """An officer has looked at a paper: it is what it says, or it was rejected."""

    kind: ClassVar[str] = "documents.paper_checked"
    paper: UUID
    person: UUID
    state: str


@dataclass(frozen=True)
class PaperReused(Event):
    """A paper has proven something again, so nobody had to bring it."""

    kind: ClassVar[str] = "documents.paper_reused"
    paper: UUID
    person: UUID
    procedure: str


@dataclass(frozen=True)
class PaperRevoked(Event):
    """A paper proves nothing any more."""

    kind: ClassVar[str] = "documents.paper_revoked"
    paper: UUID
    person: UUID
