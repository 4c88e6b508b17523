"""Figures of sources kept ready: what the board shows, and each day's quality by field and
commune."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from danso.catalogue.shapes.sources import LIFE
from danso.kernel import clock
from danso.modules.sources.engine.agreeing import COMPARABLE, DIFFERENT, RIGHT
from danso.modules.sources.models import QualityDay, SourceState
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source

_BOARD: Final = """
UPDATE sources_state s SET records = c.records, faulty = c.faulty,
    facts = (SELECT count(*) FROM sources_fact f WHERE f.source = s.source)
FROM (SELECT count(*) AS records, count(*) FILTER (WHERE faults <> '{}') AS faulty
      FROM sources_record WHERE source = %(source)s AND gone_at IS NULL) AS c
WHERE s.source = %(source)s
"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('sources.quality:' || %s, 0))"
_FIGURES: Final = ("linked", "correct", "differs", "missing", "invalid", "doubled")


def count_board(code: str) -> None:
    """Count what the board shows of a source; inside or outside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_BOARD, {"source": code})


def keep_quality(code: str) -> int:
    """Today's figures of a source, the latest standing; returns how many rows were kept.

    Counted twice they are the same. A locked source has figures of loads only, so none here.
    """
    source = province().source(code)
    if province().is_locked(code):
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [code])
        # Before counting: what is compared meanwhile sets it again and is counted the next time.
        SourceState.objects.filter(source=code).update(is_behind=False)
        count_board(code)
        state = SourceState.objects.filter(source=code).first()
        age = (clock.now() - state.loaded_at).days if state and state.loaded_at else None
        cursor.execute(_counting(source), {"source": code})
        counted = [row for commune in cursor.fetchall() for row in _rows(source, commune, age)]
        QualityDay.objects.filter(source=code, day=clock.today()).delete()
        QualityDay.objects.bulk_create(counted, batch_size=5_000)
    return len(counted)


def keep_behind() -> None:
    """Count the sources of which something was compared since they were counted."""
    for code in SourceState.objects.filter(is_behind=True).values_list("source", flat=True):
        if code in province().sources:
            keep_quality(code)


def _rows(source: Source, counted: tuple[Any, ...], age: int | None) -> list[QualityDay]:
    commune, records, linked, *rest = counted
    places = ["", *(field.code for field in source.fields)]
    size = len(_FIGURES) - 1
    return [
        QualityDay(
            source=source.code,
            day=clock.today(),
            field=field,
            commune=commune,
            records=records,
            linked=linked,
            age_days=age,
            **dict(zip(_FIGURES[1:], rest[at * size : (at + 1) * size], strict=True)),
        )
        for at, field in enumerate(places)
    ]


def _counting(source: Source) -> str:
    """One pass over a source's records: by commune, five counts for the whole and each field."""
    terms = [field.code for field in source.terms.values()]
    compared = [*terms, *(fact.code for fact in source.told_once)]
    if not source.keeps_the_dead:
        compared.append(LIFE.code)
    differs = " OR ".join(_has(code, DIFFERENT) for code in compared)
    wholes = (
        f"person IS NOT NULL AND NOT coalesce({differs}, false)",
        f"coalesce({differs}, false)",
        "false",
        f"faults <> '{{}}' AND ({_any_invalid(source)})",
        "times > 1",
    )
    conditions = [*wholes]
    for field in source.fields:
        is_term = field.code in terms
        conditions += [
            _has(field.code, RIGHT) if is_term else "false",
            _has(field.code, DIFFERENT) if is_term else "false",
            f"NOT payload ? '{field.code}'",
            _invalid(field.code, is_term=is_term),
            "false",
        ]
    counts = ", ".join(f"count(*) FILTER (WHERE {one})" for one in conditions)
    # Only codes of the catalogue and of this module are put in.
    return f"""SELECT commune, count(*), count(person), {counts} FROM (
        SELECT coalesce(a.commune, '') AS commune, a.person,
               coalesce(a.verdicts, '{{}}') AS verdicts, r.payload, r.faults,
               CASE WHEN a.person IS NOT NULL THEN count(*) OVER (PARTITION BY a.person)
               END AS times
        FROM sources_record r
        LEFT JOIN sources_agreement a ON a.source = r.source AND a.record = r.record
        WHERE r.source = %(source)s AND r.gone_at IS NULL) AS q GROUP BY commune"""  # noqa: S608


def _has(field: str, verdicts: tuple[str, ...]) -> str:
    return f"verdicts->>'{field}' IN ({_listed(verdicts)})"


def _invalid(field: str, *, is_term: bool) -> str:
    """A value that its field does not allow; one that can still be compared is judged there."""
    sound = ("missing", *COMPARABLE) if is_term else ("missing",)
    unread = f"faults ? '{field}' AND faults->>'{field}' NOT IN ({_listed(sound)})"
    return f"coalesce(({unread}) OR verdicts->>'{field}' = 'invalid', false)"


def _any_invalid(source: Source) -> str:
    return " OR ".join(
        _invalid(field.code, is_term=field.term is not None) for field in source.fields
    )


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
