"""After an older copy was restored: say in the journal what was lost, then let sealing go on."""

from pathlib import Path

from django.db import connection

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.audit.actions.frame import carried_out
from danso.modules.audit.adapters.head_files import HeadFiles
from danso.modules.audit.data import Entry, SignedHead


def resume_after_loss(heads: Path, *, actor: Actor) -> SignedHead:
    files = HeadFiles(heads)
    with carried_out(Entry(actor=actor, action="journal.resumed", outcome="done")) as ledger:
        with connection.cursor() as cursor:
            cursor.execute("SELECT size, origin FROM audit_state")
            size, origin = cursor.fetchone()
        signed = _newer_head(files.find_latest(), size, origin)
        head = signed.head
        ledger.detail = {
            "lost_from": min(size, head.size),
            "lost_to": head.size - 1,
            "published_size": head.size,
            "published_root": head.root.hex(),
            "published_at": head.at.isoformat(),
            "published_origin": head.origin,
        }
    files.set_aside(size=size, origin=origin)
    return signed


def _newer_head(signed: SignedHead | None, size: int, origin: str) -> SignedHead:
    """The published head, if this journal is behind it."""
    if signed is None:
        raise Conflict(
            "There is no published head that this journal could be behind.",
            code="nothing_to_resume",
            fix="Start danso: the sealer seals by itself.",
        )
    if signed.head.origin == origin and signed.head.size <= size:
        raise Conflict(
            "The journal is not behind its published head.",
            code="nothing_lost",
            fix="If its past was rewritten, no confirmation helps: call the auditor.",
        )
    return signed
