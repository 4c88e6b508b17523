"""The door of the paper store: keep once, look, check, use again.

Every action takes the `actor` and the `grounds` (purpose, law, procedure, file), is one transaction
and journaled; the journal's entry holds the SHA-256 of what was kept, so the sealed journal proves
that a paper is the one that was taken in. What a reader cannot reach looks exactly as if it were
not there (`paper_unknown`). Law: Decree 45/2020/NĐ-CP art. 16, Circular 01/2023/TT-VPCP.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.documents.actions import keeping, retaining, using
from danso.modules.documents.data import Grounds, Index, NewPaper, PaperData, Reach
from danso.modules.documents.queries import papers

__all__ = [
    "check_paper",
    "count_reuse",
    "destroy_past_term",
    "end_expired",
    "find_kept",
    "find_proof",
    "find_same",
    "get_paper",
    "keep_paper",
    "open_paper",
    "papers_of",
    "reject_paper",
    "reuse_paper",
    "revoke_paper",
    "sweep_shelf",
]


def keep_paper(new: NewPaper, *, actor: Actor, grounds: Grounds) -> UUID:
    """Keep a paper; its key. What an applicant or a desk brings is `unchecked` until an officer has
    looked at it; a result of the state's own is checked.

    The file must be a PDF, JPEG or PNG by its content, 20 MB at most, unlocked, without scripts.
    Raises InvalidValue (`paper_empty`, `paper_large`, `paper_form`, `paper_locked`, `paper_active`,
    `paper_infected`, `paper_kind`, `paper_index`), Conflict (`paper_known`: the same content of
    the same person and kind is there), Unavailable (`scanner_out_of_reach`, `papers_out_of_reach`).
    """
    return keeping.keep_paper(new, actor=actor, grounds=grounds)


def open_paper(key: UUID, *, reach: Reach, actor: Actor, grounds: Grounds) -> bytes:
    """The content as it was taken in, compared with its digest; the look is journaled.

    Raises NotFound (`paper_unknown`), Conflict (`paper_state`: destroyed), Unavailable
    (`paper_damaged`, `papers_out_of_reach`).
    """
    return using.open_paper(key, reach=reach, actor=actor, grounds=grounds)


def check_paper(key: UUID, index: Index, *, reach: Reach, actor: Actor, grounds: Grounds) -> None:
    """An officer has seen it: it is what it says, and this stands on it. From now on it proves.

    Raises Conflict (`paper_state`), InvalidValue (`paper_index`), Refused (`paper_own`: a
    sensitive paper that the same account handed in).
    """
    using.check_paper(key, index, reach=reach, actor=actor, grounds=grounds)


def reject_paper(key: UUID, why: str, *, reach: Reach, actor: Actor, grounds: Grounds) -> None:
    """It can't be used; the reason is for whoever handed it in. Raises InvalidValue (`paper_why`),
    Conflict (`paper_state`)."""
    using.reject_paper(key, why, reach=reach, actor=actor, grounds=grounds)


def reuse_paper(key: UUID, *, person: UUID, actor: Actor, grounds: Grounds) -> None:
    """Let a paper prove something again; counted. Raises NotFound (`paper_unknown`), Conflict
    (`paper_no_proof`: unchecked, out of force, or a result without a digital signature)."""
    using.reuse_paper(key, person=person, actor=actor, grounds=grounds)


def revoke_paper(key: UUID, *, reach: Reach, actor: Actor, grounds: Grounds) -> None:
    """It proves nothing from now on; its file stays for its term. Raises Conflict."""
    using.revoke_paper(key, reach=reach, actor=actor, grounds=grounds)


def get_paper(key: UUID, *, reach: Reach) -> PaperData:
    """What is told of one paper without opening it. Raises NotFound (`paper_unknown`)."""
    return papers.get_paper(key, reach)


def papers_of(person: UUID, *, kind: str = "", limit: int = 100) -> tuple[PaperData, ...]:
    """A person's papers, newest first, rejected ones included, replaced ones not. The caller has
    the right to that person and journals the look."""
    return papers.papers_of(person, kind=kind, limit=limit)


def find_proof(person: UUID, kind: str, *, day: date | None = None) -> PaperData | None:
    """The newest paper of a kind that proves on a day (today); search before asking."""
    return papers.find_proof(person, kind, day)


def find_same(person: UUID, kind: str, content: bytes) -> PaperData | None:
    """The paper in the store, unchecked or checked, whose file this very content is."""
    return papers.find_same(person, kind, content)


def find_kept(person: UUID, kind: str, sha256: str) -> PaperData | None:
    """The newest paper of a person and kind whose file has this digest, in whatever state."""
    return papers.find_kept(person, kind, sha256)


def count_reuse() -> dict[str, tuple[int, int]]:
    """By kind of paper: how many were kept, and how often one was used again."""
    return papers.count_reuse()


def end_expired() -> int:
    """Papers whose validity is over begin their term of keeping; how many."""
    return retaining.end_expired()


def destroy_past_term() -> dict[str, int]:
    """Destroy files past their term (retention of their kind), on record; how many of a kind."""
    return retaining.destroy_past_term()


def sweep_shelf() -> int:
    """Remove files that no row names and that are older than a day; how many."""
    return retaining.sweep_shelf()
