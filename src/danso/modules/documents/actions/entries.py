"""How the journal tells of papers: which, of whom, why; never what stands on them."""

from __future__ import annotations

from danso.kernel.actors import Actor
from danso.modules.audit.data import Entry
from danso.modules.documents.data import Grounds


def entry(
    what: str, actor: Actor, grounds: Grounds, detail: dict[str, str | int] | None = None
) -> Entry:
    """The opening entry of an action on a paper."""
    return Entry(
        actor,
        f"documents.{what}",
        "done",
        service="documents",
        purpose=grounds.purpose,
        legal_basis=grounds.legal_basis,
        procedure=grounds.procedure,
        file_code=grounds.file_code,
        detail=detail or {},
    )
