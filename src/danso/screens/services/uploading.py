"""What somebody attaches comes into their own store of papers, once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from danso.kernel.actors import Actor
from danso.modules.cases.data import NewPaper
from danso.modules.documents import interface as documents
from danso.modules.documents.data import LARGEST, Grounds, Reach
from danso.modules.documents.data import NewPaper as PaperFile


@dataclass(frozen=True, slots=True)
class Place:
    """Whose paper it is, where it is handed in, and why it is kept."""

    person: UUID
    unit: str
    grounds: Grounds


def attached(
    sent: UploadedFile[bytes], requirement: str, kind: str, place: Place, *, actor: Actor
) -> NewPaper:
    """The paper as a case names it; one that is in the store already is used again.

    Raises what `documents.keep_paper` raises.
    """
    content, name = sent.read(LARGEST + 1), sent.name or ""
    known = documents.find_same(place.person, kind, content)
    if known is not None:
        return NewPaper(requirement, kind, known.sha256, name, reused_from=known.key)
    file = PaperFile(place.person, kind, content, name, place.unit, "applicant")
    key = documents.keep_paper(file, actor=actor, grounds=place.grounds)
    kept = documents.get_paper(key, reach=Reach(person=place.person))
    return NewPaper(requirement, kind, kept.sha256, name)
