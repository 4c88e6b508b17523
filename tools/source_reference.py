"""The page of every connected source, made from the province's descriptions.

python -m tools.source_reference        (writes docs/reference/sources.md)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from danso import catalogue
from danso.catalogue import Province
from danso.catalogue.shapes.schedules import Schedule
from danso.catalogue.shapes.sources import FactKind, Source, SourceField

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "reference" / "sources.md"
HEAD: Final = """\
# Connected sources

Generated from the descriptions of {province} by `python -m tools.source_reference`.

What each source holds, how we know it, and what it tells. **law**: a legal text says so;
**observed**: seen in real data or software; **assumed**: our reading, to be confirmed with the
owner before a real home takes it in. {assumed} of {fields} fields are assumed: nobody showed us
most owners' layouts, and a description says so instead of guessing codes. Nothing that is not
needed is described: a field that is missing here is never pulled.

- `columns`: the headings (or paths) under which the field comes; the first that is there counts.
- rules: what cleaning checks; a value that breaks one is kept as it came and marked.
- A source *about* things, organisations or statistics is loaded, judged and counted, and matched
  to nobody; so is a closed one.
"""
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def main() -> None:
    PAGE.write_text(page(catalogue.load(catalogue.only_province(ROOT / "provinces"))))


def page(province: Province) -> str:
    """The whole page."""
    sources = sorted(province.sources.values(), key=lambda one: one.code)
    fields = [field for source in sources for field in source.fields]
    head = HEAD.format(
        province=province.identity.en,
        assumed=sum(field.basis == "assumed" for field in fields),
        fields=len(fields),
    )
    rows = [
        f"| [{one.code}](#{one.code}) | {one.en} | {province.owner(one).en} | {one.about}"
        f" | {one.transport.kind} | {_whole(province, one)} |"
        for one in sources
    ]
    heading = "| source | holds | owner | about | transport | tells |\n|---|---|---|---|---|---|"
    parts = [head, "\n".join([heading, *rows]) + "\n"]
    parts += ["\n".join(_lines(province, one)) + "\n" for one in sources]
    return "\n".join(parts)


def _whole(province: Province, source: Source) -> str:
    if province.database(source.database).reach == "closed":
        return "nothing: closed"
    return ", ".join(f"`{fact.code}`" for fact in source.facts) or "nothing"


def _lines(province: Province, source: Source) -> Iterator[str]:
    database = province.database(source.database)
    yield f"## {source.code}\n"
    yield f"{source.en} ({source.vi}), of {database.en}.\n"
    yield f"- owner: {province.owner(source).en}; road: {source.road}; due {source.due}"
    yield f"- transport: {_transport(source)}; key `{source.key}`"
    pulled = f", pulled {_schedule(source.schedule)}" if source.schedule else ""
    yield f"- new data every {source.rhythm_days} days{pulled}; kept: {source.retention}"
    yield f"- law: {database.law}; clauses {', '.join(source.cites)}"
    for order in source.orders:
        years = f" and {order.years} years" if order.years else ""
        yield f"- `{order.then}` is not before `{order.first}`{years}"
    yield from _life(source)
    if source.note:
        yield f"- {source.note}"
    yield "\n| field | holds | columns | kind | rules | sensitivity | basis |"
    yield "|---|---|---|---|---|---|---|"
    yield from map(_field, source.fields)
    if source.facts:
        yield "\n| tells | value | from | until | several | sensitivity | to whom |"
        yield "|---|---|---|---|---|---|---|"
        yield from map(_fact, source.facts)


def _life(source: Source) -> Iterator[str]:
    if not source.is_matched:
        return
    if source.keeps_the_dead:
        yield "- a history: it keeps people who have died"
    elif source.ends is None:
        yield "- serves the living: its owner is asked about somebody who has died"
    elif source.ends.values:
        words = " or ".join(f"`{value}`" if value else "empty" for value in source.ends.values)
        yield f"- serves the living; a row has ended where `{source.ends.field}` is {words}"
    else:
        yield f"- serves the living; a row ends with the day in `{source.ends.field}`"


def _transport(source: Source) -> str:
    transport = source.transport
    if transport.kind == "file":
        return f"files ({', '.join(transport.formats)}), each {transport.holds}"
    if transport.kind == "sql":
        return f"table {transport.table} of {transport.engine}"
    return transport.kind


def _schedule(schedule: Schedule) -> str:
    if schedule.every == "week" and schedule.day:
        return f"on {DAYS[schedule.day - 1]}s at {schedule.at}"
    if schedule.every == "month":
        return f"on day {schedule.day} of the month at {schedule.at}"
    return f"every {schedule.every} at {schedule.at}"


def _field(field: SourceField) -> str:
    columns = ", ".join(f"`{name}`" for name in field.columns)
    note = f" ({field.note})" if field.note else ""
    cells = [
        f"`{field.code}`",
        f"{field.en}{note}",
        columns,
        field.kind,
        "; ".join(_rules(field)),
        field.sensitivity,
        field.basis,
    ]
    return _row(cells)


def _rules(field: SourceField) -> Iterator[str]:
    if field.term:
        yield f"says who: {field.term}"
    if field.identifies:
        yield f"identifies by {' or '.join(field.identifies)}"
    marks = {
        "required": field.required,
        "unique": field.unique,
        "not in the future": field.not_future,
    }
    yield from (words for words, is_so in marks.items() if is_so)
    yield from _form(field)
    if field.purposes:
        yield f"only for {', '.join(field.purposes)}"


def _form(field: SourceField) -> Iterator[str]:
    if field.pattern:
        yield f"`{field.pattern}`"
    if field.code_list:
        yield f"list {field.code_list}"
    if field.rule:
        yield f"check digit of {field.rule}"
    for words, limit in (("at least", field.least), ("at most", field.most)):
        if limit is not None:
            yield f"{words} {limit:,.0f}"


def _fact(fact: FactKind) -> str:
    cells = [
        f"`{fact.code}`: {fact.en}",
        f"`{fact.field}`",
        fact.since or "",
        fact.until or "",
        fact.several,
        fact.sensitivity,
        ", ".join(fact.purposes),
    ]
    return _row(cells)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    main()
