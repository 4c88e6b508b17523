"""Checks of what a source promises beside its fields: whose it is, what it is about, its numbers,
its dates, and who may read which field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Final

from danso.catalogue.province import Province
from danso.catalogue.reading import Where
from danso.catalogue.shapes.registers import Database
from danso.catalogue.shapes.sources import LIFE, FactKind, Source, SourceField

Finding = tuple[Where, str, str]
LEVELS: Final = ("basic", "sensitive", "secret")


def find_rules(province: Province, source: Source) -> Iterator[Finding]:
    """What does not fit in one source."""
    yield from _owner(province, source)
    yield from _orders(source)
    yield from _life(source)
    database = province.databases.get(source.database)
    if database is not None:
        yield from _about(source, database)
        yield from _cites(source, database)
        yield from _readers(source, database)
        yield from _identifiers(source, database)


def find_missing(province: Province) -> Iterator[tuple[Source, str, str]]:
    """Numbers of a database that none of its sources holds, told of the first of them. A closed
    database need not say who its people are: what is not needed is not pulled."""
    described: dict[str, list[Source]] = defaultdict(list)
    for source in province.sources.values():
        described[source.database].append(source)
    for code, sources in described.items():
        database = province.databases.get(code)
        fields = [field for source in sources for field in source.identifiers]
        held = {one for field in fields for one in field.identifies}
        if database is None or database.reach == "closed":
            continue
        for one in database.identifiers:
            if one.code not in held:
                fix = f"Name the field that is it: identifies: [{one.code}]"
                yield sources[0], f"{code} knows its people by {one.code}, no field is it", fix


def _owner(province: Province, source: Source) -> Iterator[Finding]:
    if source.owner in province.units.by_code:
        return
    agency = province.agencies.get(source.owner)
    if agency is None:
        wrong = f"{source.owner} is no agency and no commune"
        yield ("owner",), wrong, "Add the agency, or correct the code"
    elif agency.until is not None:
        fix = "Name the successor that carries this duty"
        yield ("owner",), f"its owner {source.owner} ended on {agency.until}", fix


def _about(source: Source, database: Database) -> Iterator[Finding]:
    if source.part is not None and source.part not in {part.code for part in database.parts}:
        yield ("part",), f"{source.part} is no part of {database.code}", "Correct the code"
    if source.about == "person":
        return
    if source.terms:
        wrong = f"it is about a {source.about}: nobody is matched by it"
        yield ("fields",), wrong, "Leave the terms out, or say that it is about persons"
    if source.facts:
        wrong = f"it is about a {source.about}: it tells nothing of a person"
        yield ("facts",), wrong, "Leave the facts out, or say that it is about persons"


def _cites(source: Source, database: Database) -> Iterator[Finding]:
    for index, clause in enumerate(source.cites):
        if clause not in database.cites:
            fix = f"Cite its database's ({', '.join(database.cites)}), or add it there"
            yield ("cites", index), f"{clause} is no clause of {database.code}", fix


def _readers(source: Source, database: Database) -> Iterator[Finding]:
    for index, field in enumerate(source.fields):
        for code in sorted(set(field.purposes) - set(database.purposes)):
            wrong = f"the purpose {code} may not read the database {database.code}"
            fix = "Take it out, or allow it in the database's file"
            yield ("fields", index, "purposes"), wrong, fix
    for index, fact in enumerate(source.facts):
        told = source.by_code.get(fact.field)
        for key, wrong, fix in _told_too_far(fact, told) if told else ():
            yield ("facts", index, key), wrong, fix


def _told_too_far(fact: FactKind, field: SourceField) -> Iterator[tuple[str, str, str]]:
    if LEVELS.index(fact.sensitivity) < LEVELS.index(field.sensitivity):
        wrong = f"the fact {fact.code} is less sensitive than its field {field.code}"
        yield "sensitivity", wrong, f"Give it at least {field.sensitivity}"
    if field.purposes:
        for code in sorted(set(fact.purposes) - set(field.purposes)):
            wrong = f"the purpose {code} may not read the field {field.code}"
            yield "purposes", wrong, "Take it out, or allow it in the field"


def _identifiers(source: Source, database: Database) -> Iterator[Finding]:
    known = {one.code for one in database.identifiers}
    for index, field in enumerate(source.fields):
        for code in sorted(set(field.identifies) - known):
            wrong = f"{code} is no identifier of {database.code}"
            fix = "Correct the code, or add it to the database's identifiers"
            yield ("fields", index, "identifies"), wrong, fix


def _life(source: Source) -> Iterator[Finding]:
    if LIFE.code in source.by_code:
        fix = "Give the field another code"
        yield ("fields",), f"{LIFE.code} stands for whether a person lives", fix
    if source.who.are == "dead" and not source.keeps_the_dead:
        fix = "Say keeps_the_dead: true"
        yield ("who", "are"), "the dead stand in it, and it does not keep them", fix
    if source.ends is None:
        return
    if source.keeps_the_dead or not source.terms:
        wrong = "nobody asks when its rows end: it keeps the dead, or knows no people"
        yield ("ends",), wrong, "Take it out"
    field = source.by_code.get(source.ends.field)
    if field is None or (field.kind != "date" and not source.ends.values):
        wrong = f"{source.ends.field} is no date of it"
        yield ("ends", "field"), wrong, "Name a field of kind date, or the values that say it"


def _orders(source: Source) -> Iterator[Finding]:
    for index, order in enumerate(source.orders):
        for key, code in (("first", order.first), ("then", order.then)):
            field = source.by_code.get(code)
            if field is None or field.kind != "date":
                wrong = f"{code} is no date of it"
                yield ("orders", index, key), wrong, "Name a field of kind date"
    before: dict[str, set[str]] = defaultdict(set)
    for order in source.orders:
        before[order.then].add(order.first)
    try:
        TopologicalSorter(before).prepare()
    except CycleError:
        yield ("orders",), "its dates follow each other in a circle", "Take one order out"
