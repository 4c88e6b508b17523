"""Checks of hosted registers: what they name exists, and what they tell is theirs to tell."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from danso.catalogue.checks.source_rules import LEVELS
from danso.catalogue.province import Province
from danso.catalogue.reading import Where
from danso.catalogue.shapes.hosted import OWN, Register, RegisterField
from danso.catalogue.shapes.sources import Source
from danso.catalogue.shaping import Reader

Finding = tuple[Where, str, str]


def check_hosted(province: Province, reader: Reader) -> None:
    """Every hosted register of the files, and every source that is to follow one."""
    for register in province.registers.values():
        for where, wrong, fix in register_findings(province, register):
            file = f"registers/{register.code}.yaml"
            reader.note(file, where, item=register.code, wrong=wrong, fix=fix)
    for source in province.sources.values():
        for where, wrong, fix in _following(province, source):
            file = f"sources/{source.code}.yaml"
            reader.note(file, where, item=source.code, wrong=wrong, fix=fix)


def register_findings(province: Province, register: Register) -> Iterator[Finding]:
    """What is wrong with a register beside the others of the province: place, what, what to do."""
    yield from _names(province, register)
    yield from _owner(province, register)
    yield from _fields(province, register)
    yield from _facts(province, register)
    yield from _sensitivity(register)


def _names(province: Province, register: Register) -> Iterator[Finding]:
    known = (
        ("database", [register.database] if register.database else [], province.databases),
        ("retention", [register.retention], province.retention),
        ("purposes", register.purposes, province.purposes),
        ("cites", register.cites, province.clauses),
    )
    for key, codes, names in known:
        for code in codes:
            if code not in names:
                yield (key,), f"{code} is not known under {key}", "Add it, or correct the code"
    for code in register.purposes:
        purpose = province.purposes.get(code)
        if purpose is not None and "officer" not in purpose.readers:
            fix = "Name a purpose that officers may have"
            yield ("purposes",), f"no officer may look for the purpose {code}", fix


def _owner(province: Province, register: Register) -> Iterator[Finding]:
    agency = province.agencies.get(register.owner)
    if agency is None:
        yield ("owner",), f"{register.owner} is no agency", "Add the agency, or correct the code"
    elif agency.until is not None:
        fix = "Name the successor that carries this duty"
        yield ("owner",), f"its owner {register.owner} ended on {agency.until}", fix
    if register.code in province.sources:
        yield ("code",), "a source has this code", "Give the register a code of its own"
    for other in province.registers.values():
        if other.code != register.code and other.prefix == register.prefix:
            fix = "Give it a prefix of its own"
            yield ("prefix",), f"{other.code} has the prefix {other.prefix} too", fix


def _fields(province: Province, register: Register) -> Iterator[Finding]:
    for code, times in Counter(field.code for field in register.fields).items():
        if times > 1:
            yield ("fields",), f"the field {code} stands twice", "Keep one"
    for index, field in enumerate(register.fields):
        for key, wrong, fix in (*_field(province, field), *_beside(register, field)):
            yield ("fields", index, key), wrong, fix
    for code in register.once:
        if code not in register.by_code:
            yield ("once",), f"{code} is no field of it", "Correct the field's code"
    if register.people == "optional" and not any(
        field.kind == "name" and field.required for field in register.fields
    ):
        fix = "Add a required field of kind name, or set people: required"
        yield ("people",), "a record without a person would have no name", fix


def _field(province: Province, field: RegisterField) -> Iterator[tuple[str, str, str]]:
    if field.code in OWN:
        yield "code", f"every record has its {field.code} already", "Give it another code"
    if field.code_list is not None and field.code_list not in province.code_lists:
        yield "code_list", f"{field.code_list} is no code list", "Correct the name"
    if field.pattern is not None and not _compiles(field.pattern):
        yield "pattern", f"{field.pattern} is no regular expression", "Mend the pattern"
    for code, times in Counter(one.code for one in field.choices).items():
        if times > 1:
            yield "choices", f"the choice {code} stands twice", "Keep one"


def _beside(register: Register, field: RegisterField) -> Iterator[tuple[str, str, str]]:
    named = [("not_before", field.not_before)]
    if field.required_when is not None:
        named.append(("required_when", field.required_when.field))
    for key, code in named:
        if code is not None and (code not in register.by_code or code == field.code):
            yield key, f"{code} is no other field of it", "Correct the field's code"


def _facts(province: Province, register: Register) -> Iterator[Finding]:
    taken = _taken(province, register)
    database = province.databases.get(register.database or "")
    for index, fact in enumerate(register.facts):
        where: Where = ("facts", index)
        for key, code in (("field", fact.field), ("since", fact.since), ("until", fact.until)):
            if code is not None and code not in register.by_code:
                yield (*where, key), f"{code} is no field of it", "Correct the field's code"
        if fact.code in taken:
            fix = "Give it a code that no other fact and no field of people has"
            yield (*where, "code"), f"the fact {fact.code} has another one's code", fix
        for code in fact.purposes:
            if code not in province.purposes:
                yield (*where, "purposes"), f"{code} is no purpose", "Correct the code"
            elif database is not None and code not in database.purposes:
                wrong = f"the purpose {code} may not read the database {database.code}"
                yield (*where, "purposes"), wrong, "Take it out, or allow it in the database's file"
    told = Counter(fact.code for fact in register.facts)
    yield from ((("facts",), f"{code} stands twice", "Keep one") for code in told if told[code] > 1)


def _sensitivity(register: Register) -> Iterator[Finding]:
    """Only a database says for which purposes something that is not basic may be read."""
    for index, fact in enumerate(register.facts):
        where: Where = ("facts", index, "sensitivity")
        if register.database is None and fact.sensitivity != "basic":
            wrong = f"the fact {fact.code} is {fact.sensitivity} and the register names no database"
            yield where, wrong, "Name the database whose place it keeps: it says who may read it"
        field = register.by_code.get(fact.field)
        if field is not None and LEVELS.index(fact.sensitivity) < LEVELS.index(field.sensitivity):
            wrong = f"the fact {fact.code} is less sensitive than its field {field.code}"
            yield where, wrong, f"Give it at least {field.sensitivity}"


def _taken(province: Province, register: Register) -> frozenset[str]:
    """Codes of facts and fields that others have; its own followers tell the same ones."""
    others: Iterable[Register | Source] = (
        *(one for one in province.registers.values() if one.code != register.code),
        *(one for one in province.sources.values() if one.follows_register != register.code),
    )
    told = {fact.code for one in others for fact in one.facts}
    return frozenset(told) | frozenset(province.fields)


def _following(province: Province, source: Source) -> Iterator[Finding]:
    if source.follows_register is None:
        return
    # One that was defined in the browser is not here; graduating compares again.
    register = province.registers.get(source.follows_register)
    if register is None:
        return
    own = {fact.code: set(fact.purposes) for fact in source.facts}
    for fact in register.facts:
        if not set(fact.purposes) <= own.get(fact.code, set()):
            wrong = f"it does not tell {fact.code} to all who read it in {register.code}"
            yield ("facts",), wrong, "Tell what the register told, for the same purposes"


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
