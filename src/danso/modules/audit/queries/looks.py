"""Entries about a person, as the person and as the auditor may see them, each with its proof."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit.data import InclusionProof, Look, Looker, LookFilter, WithheldCount
from danso.modules.audit.queries.search import second_of
from danso.modules.audit.queries.tree import prove_inclusion

# A decision withholds what its body looked at after the second officer signed: nothing that
# the person could already see disappears, and when the term is over the entry simply shows.
_WITHHELD = """
EXISTS (
    SELECT 1 FROM audit_withholding_now w
    WHERE w.subject = e.subject AND w.until > %(now)s
      AND e.second >= extract(epoch FROM w.since)::bigint
      AND e.entry::json ->> 'unit' = w.body_unit
      AND (w.file_code = '' OR e.entry::json ->> 'file_code' = w.file_code)
)
"""
# Which body an entry tells of (data.Looker).
_LOOKER = """
CASE WHEN e.entry::json ->> 'actor_kind' = 'partner' THEN 'partner:' || (e.entry::json ->> 'actor')
     WHEN coalesce(e.entry::json ->> 'unit', '') <> '' THEN 'unit:' || (e.entry::json ->> 'unit')
     ELSE e.entry::json ->> 'actor_kind' END
"""
_ABOUT = f"""
SELECT e.position, e.second, e.salt, e.entry, {_WITHHELD} AS is_withheld
FROM audit_entry e
WHERE e.kind = 1 AND e.subject = ANY(%(people)s) AND (%(all)s OR NOT {_WITHHELD})
  AND (%(since)s::bigint IS NULL OR e.second >= %(since)s)
  AND (%(past)s::bigint IS NULL OR e.second < %(past)s)
  AND (%(looker)s = '' OR {_LOOKER} = %(looker)s)
  AND (%(purpose)s = '' OR e.entry::json ->> 'purpose' = %(purpose)s)
  AND (%(without)s = '' OR e.entry::json ->> 'actor' IS DISTINCT FROM %(without)s)
ORDER BY e.position DESC LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608
_LOOKERS = f"""
SELECT {_LOOKER} AS looker, coalesce(e.entry::json ->> 'purpose', ''), count(*)
FROM audit_entry e
WHERE e.kind = 1 AND e.subject = ANY(%(people)s) AND NOT {_WITHHELD}
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608
_FOR = f"""
SELECT e.second, e.salt, e.entry FROM audit_entry e
WHERE e.kind = 1 AND e.subject = ANY(%(people)s) AND NOT {_WITHHELD}
  AND e.entry::json ->> 'behalf' = ANY(%(names)s)
  AND (%(by)s = '' OR e.entry::json ->> 'actor' = %(by)s)
ORDER BY e.position DESC LIMIT %(limit)s
"""  # noqa: S608
_NAMED = f"""
SELECT e.position, e.second, e.salt, e.entry, {_WITHHELD} AS is_withheld FROM audit_entry e
WHERE e.kind = 1 AND e.subject = ANY(%(people)s)
  AND substr(sha256(e.salt), 1, 8) = %(reference)s AND (%(all)s OR NOT {_WITHHELD})
"""  # noqa: S608
_DECISIONS = """
SELECT body_kind, count(*) FROM audit_withholding_now WHERE until > %(now)s GROUP BY body_kind
"""
_HIDDEN = f"""
SELECT count(*) FROM audit_entry e
WHERE e.kind = 1
  AND e.subject IN (SELECT subject FROM audit_withholding_now WHERE until > %(now)s)
  AND {_WITHHELD}
"""  # noqa: S608


def entries_about(
    person: UUID,
    *,
    also: Collection[UUID] = (),
    wanted: LookFilter | None = None,
    with_withheld: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[Look]:
    chosen = wanted or LookFilter()
    asked: dict[str, Any] = {
        "people": [person, *also],
        "all": with_withheld,
        "now": clock.now(),
        "since": second_of(chosen.first) if chosen.first else None,
        "past": second_of(chosen.last, days=1) if chosen.last else None,
        "looker": chosen.looker,
        "purpose": chosen.purpose,
        "without": chosen.without,
        "limit": limit,
        "offset": offset,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, asked)
        return [
            _look(second, bytes(salt), json.loads(entry), is_withheld=is_withheld)
            for _, second, salt, entry, is_withheld in cursor.fetchall()
        ]


def lookers_of(person: UUID, *, also: Collection[UUID] = ()) -> list[Looker]:
    with connection.cursor() as cursor:
        cursor.execute(_LOOKERS, {"people": [person, *also], "now": clock.now()})
        return [Looker(*row) for row in cursor.fetchall()]


def get_look(person: UUID, reference: str, *, also: Collection[UUID] = ()) -> Look:
    _, second, salt, entry, is_withheld = _named(person, reference, also, with_withheld=False)
    return _look(second, bytes(salt), json.loads(entry), is_withheld=is_withheld)


def deeds_for(
    person: UUID, *, also: Collection[UUID] = (), by: str = "", limit: int = 100
) -> list[Look]:
    people = [person, *also]
    asked: dict[str, Any] = {
        "people": people,
        "names": [str(one) for one in people],
        "by": by,
        "now": clock.now(),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOR, asked)
        return [
            _look(second, bytes(salt), json.loads(entry), is_withheld=False)
            for second, salt, entry in cursor.fetchall()
        ]


def prove_look(
    person: UUID,
    reference: str,
    *,
    also: Collection[UUID] = (),
    with_withheld: bool = False,
    size: int | None = None,
) -> InclusionProof:
    position, _, salt, entry, _ = _named(person, reference, also, with_withheld=with_withheld)
    return replace(prove_inclusion(position, size), salt=bytes(salt), entry=entry)


def _named(
    person: UUID, reference: str, also: Collection[UUID], *, with_withheld: bool
) -> tuple[Any, ...]:
    asked: dict[str, Any] = {
        "people": [person, *also],
        "all": with_withheld,
        "now": clock.now(),
        "reference": _reference_bytes(reference),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, asked)
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise _unknown_reference()
    return row


def count_withheld() -> WithheldCount:
    now = {"now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_DECISIONS, now)
        decisions = dict(cursor.fetchall())
        cursor.execute(_HIDDEN, now)
        return WithheldCount(decisions, cursor.fetchone()[0])


def _look(second: int, salt: bytes, body: dict[str, Any], *, is_withheld: bool) -> Look:
    actor = Actor(
        kind=body.get("actor_kind", "system"),
        id=body.get("actor") or "?",
        unit=body.get("unit", ""),
        system=body.get("system", ""),
        officer=body.get("officer", ""),
        behalf=body.get("behalf", ""),
    )
    texts = ("service", "purpose", "legal_basis", "procedure", "file_code")
    return Look(
        reference=hashlib.sha256(salt).digest()[:8].hex(),
        at=_recorded(body.get("at", ""), second),
        actor=actor,
        action=body.get("action", ""),
        outcome=body.get("outcome", ""),
        fields=tuple(body.get("fields", ())),
        detail=body.get("detail", {}),
        is_withheld=is_withheld,
        **{name: body.get(name, "") for name in texts},
    )


def _recorded(stamp: str, second: int) -> datetime:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return datetime.fromtimestamp(second, UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _reference_bytes(reference: str) -> bytes:
    try:
        return bytes.fromhex(reference)
    except ValueError:
        raise _unknown_reference() from None


def _unknown_reference() -> NotFound:
    return NotFound(
        "There is no such entry about this person.",
        code="look_unknown",
        fix="Take the reference from the list of entries.",
    )
