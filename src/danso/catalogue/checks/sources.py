"""Checks of sources: what they name exists, what they tell is theirs to tell."""

from collections import Counter
from collections.abc import Iterator

from danso.catalogue.checks.source_rules import find_missing, find_rules
from danso.catalogue.patterns import FIX, compiles
from danso.catalogue.province import Province
from danso.catalogue.reading import Where
from danso.catalogue.shapes.registers import Database
from danso.catalogue.shapes.sources import NEEDED, FileTransport, PushTransport, Source
from danso.catalogue.shaping import Reader

Finding = tuple[Where, str, str]


def check_sources(province: Province, reader: Reader) -> None:
    """Every source fits its database, and its fields and facts fit each other."""
    facts = Counter(fact.code for source in province.sources.values() for fact in source.facts)
    for source in province.sources.values():
        found = (
            *_names(province, source),
            *_fields(province, source),
            *_facts(province, source, facts),
            *find_rules(province, source),
        )
        for where, wrong, fix in found:
            file = f"sources/{source.code}.yaml"
            reader.note(file, where, item=source.code, wrong=wrong, fix=fix)
    for source, wrong, fix in find_missing(province):
        file = f"sources/{source.code}.yaml"
        reader.note(file, ("fields",), item=source.code, wrong=wrong, fix=fix)


def _names(province: Province, source: Source) -> Iterator[Finding]:
    if source.database not in province.databases:
        yield ("database",), f"{source.database} is no database", "Add it, or correct the code"
    if source.retention not in province.retention:
        yield ("retention",), f"{source.retention} is no rule of retention", "Correct the code"


def _fields(province: Province, source: Source) -> Iterator[Finding]:
    yield from _twice("the field", [field.code for field in source.fields])
    yield from _twice("the term", [str(field.term) for field in source.fields if field.term])
    for index, field in enumerate(source.fields):
        where: Where = ("fields", index)
        if field.code_list is not None and field.code_list not in province.code_lists:
            yield (*where, "code_list"), f"{field.code_list} is no code list", "Correct the name"
        if field.pattern is not None and not compiles(field.pattern):
            yield (*where, "pattern"), f"{field.pattern} is no regular expression", FIX
    key = source.by_code.get(source.key)
    if key is None or not key.required:
        yield ("key",), f"{source.key} is no required field of it", "Name a field with required"
    sent = source.transport
    changed = None if isinstance(sent, FileTransport | PushTransport) else sent.changed
    columns = {name for field in source.fields for name in (field.code, *field.columns)}
    if changed is not None and changed not in columns:
        fix = "Describe the field that says when a row changed"
        yield ("transport", "changed"), f"no field comes from {changed}", fix
    yield from _matching(province, source)
    yield from _subscribes(province, source)


def _subscribes(province: Province, source: Source) -> Iterator[Finding]:
    for index, code in enumerate(source.subscribes):
        if code not in province.fields:
            fix = "Name a field of people (danso catalogue list fields)"
            yield ("subscribes", index), f"{code} is no field of people", fix
        elif not source.terms:
            fix = "Take it out: nobody is linked"
            yield ("subscribes", index), "it links no people whose changes could flow to it", fix


def _matching(province: Province, source: Source) -> Iterator[Finding]:
    database = province.databases.get(source.database)
    is_closed = database is not None and database.reach == "closed"
    if source.terms and is_closed:
        wrong = "its database is closed: nobody may be matched through it"
        yield ("fields",), wrong, "Leave the terms out"
    elif source.terms and source.locked:
        wrong = "it is locked: nobody may be matched through it"
        yield ("fields",), wrong, "Leave the terms out"
    elif (
        source.about == "person"
        and not is_closed
        and not source.locked
        and not any(needed <= set(source.terms) for needed in NEEDED)
    ):
        fix = "Give terms: a number, or a full_name with a birth"
        yield ("fields",), "nobody can be matched by what it holds", fix


def _facts(province: Province, source: Source, facts: Counter[str]) -> Iterator[Finding]:
    database = province.databases.get(source.database)
    for index, fact in enumerate(source.facts):
        where: Where = ("facts", index)
        for key, code in (("field", fact.field), ("since", fact.since), ("until", fact.until)):
            if code is not None and code not in source.by_code:
                yield (*where, key), f"{code} is no field of it", "Correct the field's code"
        if facts[fact.code] > 1 or fact.code in province.fields:
            fix = "Give it a code that no other fact and no field of people has"
            yield (*where, "code"), f"the fact {fact.code} has another one's code", fix
        for code in fact.purposes:
            if database is not None and code not in database.purposes:
                wrong = f"the purpose {code} may not read the database {database.code}"
                yield (*where, "purposes"), wrong, "Take it out, or allow it in the database's file"
        if lock := _lock(source, database):
            yield where, f"{lock}: it tells nothing", "Take the fact out"
    yield from _told_once(source)
    yield from _purposes(province, source, database)


def _told_once(source: Source) -> Iterator[Finding]:
    """What differs is kept by code: of a fact, or of a field that says who the person is."""
    terms = {field.code for field in source.terms.values()}
    for index, fact in enumerate(source.facts):
        if fact.several == "one" and fact.code in terms:
            wrong = f"the field {fact.code} says who the person is"
            yield ("facts", index, "code"), wrong, "Give it a code of its own"


def _purposes(province: Province, source: Source, database: Database | None) -> Iterator[Finding]:
    """A locked source names its own readers, within those of its database; others have none."""
    if source.purposes and not _lock(source, database):
        fix = "Name purposes with its facts, or lock the source"
        yield ("purposes",), "purposes of the whole are a locked source's", fix
    for code in source.purposes:
        if code not in province.purposes:
            yield ("purposes",), f"{code} is no purpose", "Add it, or correct the code"
        elif database is not None and code not in database.purposes:
            wrong = f"the purpose {code} may not read the database {database.code}"
            yield ("purposes",), wrong, "Take it out, or allow it in the database's file"


def _lock(source: Source, database: Database | None) -> str:
    """What locks a source; empty for one that is open."""
    if database is not None and database.reach == "closed":
        return "its database is closed"
    return "it is locked" if source.locked else ""


def _twice(kind: str, codes: list[str]) -> Iterator[Finding]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield ("fields",), f"{kind} {code} stands twice", "Keep one"
