"""A hosted register graduates: a connected source takes its place, and whoever asks notices
nothing. Refused whole while the source does not cover what the register told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.db import connection

from danso.kernel import clock
from danso.kernel.errors import Conflict
from danso.modules.sources.actions.defining import graduated_already
from danso.modules.sources.actions.registers import carried_out
from danso.modules.sources.actions.telling import tell_facts
from danso.modules.sources.actions.telling_registers import tell_register
from danso.modules.sources.data import Graduation, Keeper, RegisterChanged, register_right
from danso.modules.sources.models import Fact, HostedRegister, RegisterRecord
from danso.modules.sources.queries import registers as queries
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register
    from danso.catalogue.shapes.sources import Source

# Records that told something and that the source does not have under the same person.
_UNCOVERED: Final = """
SELECT count(*) FROM jsonb_to_recordset(%(pairs)s::jsonb) AS m (number text, record text)
JOIN sources_registerrecord r ON r.register = %(register)s AND r.number = m.number
WHERE NOT EXISTS (
    SELECT FROM sources_record s
    JOIN linkage_v1.links l ON l.source = s.source AND l.record = s.record
    WHERE s.source = %(source)s AND s.record = m.record AND s.gone_at IS NULL
      AND l.person = r.person
)
"""
_FOLLOWED: Final = """
UPDATE sources_registerrecord r SET source_record = m.record
FROM jsonb_to_recordset(%(pairs)s::jsonb) AS m (number text, record text)
WHERE r.register = %(register)s AND r.number = m.number
"""

Told = dict[tuple[str, str], set[str]]


def graduate(
    code: str, source: str, *, keeper: Keeper, id_map: Mapping[str, str] | None = None
) -> Graduation:
    with carried_out("graduate", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "decide")
        if keeper.reach(register, "decide") is not None:
            raise register_right()
        heir = province().source(source)
        ledger.detail["source"] = source
        _check_heir(register, heir)
        standing = HostedRegister.objects.select_for_update().filter(code=code).first()
        if standing is None:
            standing = HostedRegister(code=code)
        elif standing.state == "graduated":
            raise graduated_already()
        before = _told(code)
        numbers = list(_telling(register))
        _cover(register, heir, numbers, id_map)
        standing.state, standing.source = "graduated", source
        standing.changed_at, standing.changed_by = clock.now(), keeper.actor.id
        standing.save()
        tell_register(register)
        facts = tell_facts(source, actor=keeper.actor)
        differing = _compare(before, _told(source))
        done = Graduation(code, source, len(numbers), facts, differing)
        ledger.detail |= {"records": done.records, "facts": facts, "differing": differing}
        ledger.happened(RegisterChanged(code, "graduated"))
        return done


def _check_heir(register: Register, heir: Source) -> None:
    if heir.follows_register != register.code:
        raise Conflict(
            f"The source {heir.code} does not follow the register {register.code}.",
            code="register_not_followed",
            fix=f"Write follows_register: {register.code} into its description.",
        )
    own = {fact.code: set(fact.purposes) for fact in heir.facts}
    lacking = [
        fact.code for fact in register.facts if not set(fact.purposes) <= own.get(fact.code, set())
    ]
    if lacking:
        raise Conflict(
            f"The source {heir.code} does not tell {', '.join(lacking)} to all who read it now.",
            code="register_facts_lacking",
            fix="Describe these facts at the source, for the same purposes.",
        )


def _telling(register: Register) -> list[str]:
    """Numbers of the records that told something."""
    rows = RegisterRecord.objects.filter(register=register.code, person__isnull=False)
    return list(rows.exclude(state="void").values_list("number", flat=True))


def _cover(
    register: Register, heir: Source, numbers: list[str], id_map: Mapping[str, str] | None
) -> None:
    """Each record's key at the source is known, is there, and leads to the same person."""
    known = {number: number for number in numbers} if id_map is None else dict(id_map)
    unmapped = sum(number not in known for number in numbers)
    pairs = [{"number": one, "record": known[one]} for one in numbers if one in known]
    asked = {"pairs": json.dumps(pairs), "register": register.code, "source": heir.code}
    with connection.cursor() as cursor:
        cursor.execute(_UNCOVERED, asked)
        (uncovered,) = cursor.fetchone() or (0,)
        if unmapped or uncovered:
            raise Conflict(
                f"The id map does not cover the register: {unmapped} record(s) without a key, "
                f"{uncovered} that the source has not under the same person.",
                code="register_not_covered",
                fix="Load and match the source, complete the id map, then try again.",
            )
        cursor.execute(_FOLLOWED, asked)


def _told(source: str) -> Told:
    """What is told of each person, by kind."""
    found: Told = {}
    rows = Fact.objects.filter(source=source).values_list(
        "person", "kind", "value", "since", "until"
    )
    for person, kind, *rest in rows:
        found.setdefault((str(person), kind), set()).add(json.dumps(rest, default=str))
    return found


def _compare(before: Told, after: Told) -> int:
    """How many answers differ; Conflict where one would be lost."""
    lost = sum(asked not in after for asked in before)
    if lost:
        raise Conflict(
            f"{lost} answer(s) that the register gave would be lost.",
            code="register_answers_lost",
            fix="Complete these records at the source, load it again, then try again.",
        )
    return sum(told != after[asked] for asked, told in before.items())
