"""Checks of hosted registers: what they name exists, and what they tell is theirs to tell."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from danso.catalogue.checks.source_rules import LEVELS
from danso.catalogue.faults import Said
from danso.catalogue.patterns import FIX, compiles
from danso.catalogue.province import Province
from danso.catalogue.reading import Where
from danso.catalogue.shapes.hosted import OWN, Register, RegisterField
from danso.catalogue.shapes.sources import Source
from danso.catalogue.shaping import Reader


class Finding(NamedTuple):
    """Something wrong in a description: where, what, what to do; `said`: its code and what it is
    about, for who shows it in other words."""

    where: Where
    wrong: str
    fix: str
    said: Said

    def within(self, *where: str | int) -> "Finding":
        """The same, of an item inside another."""
        return self._replace(where=(*where, *self.where))


_CORRECT = "Correct the field's code"


def check_hosted(province: Province, reader: Reader) -> None:
    """Every hosted register of the files, and every source that is to follow one."""
    for register in province.registers.values():
        for one in register_findings(province, register):
            file = f"registers/{register.code}.yaml"
            reader.note(file, one.where, item=register.code, wrong=one.wrong, fix=one.fix)
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
                wrong = f"{code} is not known under {key}"
                said = (f"unknown_{key}", (code,))
                yield Finding((key,), wrong, "Add it, or correct the code", said)
    for code in register.purposes:
        purpose = province.purposes.get(code)
        if purpose is not None and "officer" not in purpose.readers:
            wrong = f"no officer may look for the purpose {code}"
            fix = "Name a purpose that officers may have"
            yield Finding(("purposes",), wrong, fix, ("purpose_of_no_officer", (code,)))


def _owner(province: Province, register: Register) -> Iterator[Finding]:
    agency = province.agencies.get(register.owner)
    if agency is None:
        wrong, fix = f"{register.owner} is no agency", "Add the agency, or correct the code"
        yield Finding(("owner",), wrong, fix, ("unknown_owner", (register.owner,)))
    elif agency.until is not None:
        wrong = f"its owner {register.owner} ended on {agency.until}"
        fix = "Name the successor that carries this duty"
        yield Finding(("owner",), wrong, fix, ("owner_ended", (register.owner, f"{agency.until}")))
    if register.code in province.sources:
        fix = "Give the register a code of its own"
        yield Finding(("code",), "a source has this code", fix, ("code_of_a_source", ()))
    for other in province.registers.values():
        if other.code != register.code and other.prefix == register.prefix:
            wrong = f"{other.code} has the prefix {other.prefix} too"
            said = ("prefix_taken", (other.code, other.prefix))
            yield Finding(("prefix",), wrong, "Give it a prefix of its own", said)


def _fields(province: Province, register: Register) -> Iterator[Finding]:
    for code, times in Counter(field.code for field in register.fields).items():
        if times > 1:
            wrong = f"the field {code} stands twice"
            yield Finding(("fields",), wrong, "Keep one", ("field_twice", (code,)))
    for index, field in enumerate(register.fields):
        for one in (*_field(province, field), *_beside(register, field)):
            yield one.within("fields", index)
    for code in register.once:
        if code not in register.by_code:
            yield Finding(("once",), f"{code} is no field of it", _CORRECT, _no_field(code))
    if register.people == "optional" and not any(
        field.kind == "name" and field.required for field in register.fields
    ):
        wrong = "a record without a person would have no name"
        fix = "Add a required field of kind name, or set people: required"
        yield Finding(("people",), wrong, fix, ("no_name", ()))


def _field(province: Province, field: RegisterField) -> Iterator[Finding]:
    if field.code in OWN:
        wrong = f"every record has its {field.code} already"
        yield Finding(("code",), wrong, "Give it another code", ("field_own", (field.code,)))
    if field.code_list is not None and field.code_list not in province.code_lists:
        wrong, said = f"{field.code_list} is no code list", ("unknown_list", (field.code_list,))
        yield Finding(("code_list",), wrong, "Correct the name", said)
    if field.pattern is not None and not compiles(field.pattern):
        wrong, said = f"{field.pattern} is no regular expression", ("pattern", (field.pattern,))
        yield Finding(("pattern",), wrong, FIX, said)
    for code, times in Counter(one.code for one in field.choices).items():
        if times > 1:
            wrong = f"the choice {code} stands twice"
            yield Finding(("choices",), wrong, "Keep one", ("choice_twice", (code,)))


def _beside(register: Register, field: RegisterField) -> Iterator[Finding]:
    named = [("not_before", field.not_before)]
    if field.required_when is not None:
        named.append(("required_when", field.required_when.field))
    for key, code in named:
        if code is not None and (code not in register.by_code or code == field.code):
            wrong, said = f"{code} is no other field of it", ("no_other_field", (code,))
            yield Finding((key,), wrong, _CORRECT, said)


def _facts(province: Province, register: Register) -> Iterator[Finding]:
    taken = _taken(province, register)
    for index, fact in enumerate(register.facts):
        for key, code in (("field", fact.field), ("since", fact.since), ("until", fact.until)):
            if code is not None and code not in register.by_code:
                where: Where = ("facts", index, key)
                yield Finding(where, f"{code} is no field of it", _CORRECT, _no_field(code))
        if fact.code in taken:
            wrong = f"the fact {fact.code} has another one's code"
            fix = "Give it a code that no other fact and no field of people has"
            yield Finding(("facts", index, "code"), wrong, fix, ("fact_taken", (fact.code,)))
        for one in _told_for(province, register, fact.purposes):
            yield one.within("facts", index)
    for code, times in Counter(fact.code for fact in register.facts).items():
        if times > 1:
            said = ("fact_twice", (code,))
            yield Finding(("facts",), f"{code} stands twice", "Keep one", said)


def _told_for(province: Province, register: Register, purposes: Iterable[str]) -> Iterator[Finding]:
    database = province.databases.get(register.database or "")
    for code in purposes:
        if code not in province.purposes:
            wrong, said = f"{code} is no purpose", ("unknown_purposes", (code,))
            yield Finding(("purposes",), wrong, "Correct the code", said)
        elif database is not None and code not in database.purposes:
            wrong = f"the purpose {code} may not read the database {database.code}"
            fix = "Take it out, or allow it in the database's file"
            about = (code, database.code)
            yield Finding(("purposes",), wrong, fix, ("purpose_not_allowed", about))


def _no_field(code: str) -> Said:
    return "no_field", (code,)


def _sensitivity(register: Register) -> Iterator[Finding]:
    """Only a database says for which purposes something that is not basic may be read."""
    for index, fact in enumerate(register.facts):
        where: Where = ("facts", index, "sensitivity")
        if register.database is None and fact.sensitivity != "basic":
            wrong = f"the fact {fact.code} is {fact.sensitivity} and the register names no database"
            fix = "Name the database whose place it keeps: it says who may read it"
            yield Finding(where, wrong, fix, ("fact_unbounded", (fact.code,)))
        field = register.by_code.get(fact.field)
        if field is not None and LEVELS.index(fact.sensitivity) < LEVELS.index(field.sensitivity):
            wrong = f"the fact {fact.code} is less sensitive than its field {field.code}"
            said = ("fact_less", (fact.code, field.code))
            yield Finding(where, wrong, f"Give it at least {field.sensitivity}", said)


def _taken(province: Province, register: Register) -> frozenset[str]:
    """Codes of facts and fields that others have; its own followers tell the same ones."""
    others: Iterable[Register | Source] = (
        *(one for one in province.registers.values() if one.code != register.code),
        *(one for one in province.sources.values() if one.follows_register != register.code),
    )
    told = {fact.code for one in others for fact in one.facts}
    return frozenset(told) | frozenset(province.fields)


def _following(province: Province, source: Source) -> Iterator[tuple[Where, str, str]]:
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
