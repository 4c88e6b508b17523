"""What the state holds of a case's people, read when it is needed and never asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from danso.catalogue.shapes.procedures import Given, Procedure
from danso.kernel import text
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.names import PersonName
from danso.modules.cases.data import Claim, GivenValue, PartyData, Quality
from danso.modules.cases.engine.forms import Lists
from danso.modules.cases.models import Case
from danso.modules.population import interface as population
from danso.modules.population.data import FIELD_COLUMNS, PersonRecord
from danso.modules.sources import interface as sources
from danso.modules.sources.data import FactRecord
from danso.toolkit.platform import platform, province
from danso.wire import keys

REGISTER: Final = "population"
# Which column of a field of several says what a form wants to know.
_SAYS: Final = {
    "father": "father_name",
    "mother": "mother_name",
    "spouse": "spouse_name",
    "card": "card_number",
}


def find_parties(
    procedure: Procedure, applicant: UUID, claims: Mapping[str, Claim], *, asked_by: str
) -> tuple[dict[str, PartyData], dict[str, str]]:
    """Who the parties are, and what is wrong with those whom nobody can tell.

    Of a party by number all three must agree; that there is no such number and that it is
    somebody else's is one fault.
    """
    found: dict[str, PartyData] = {}
    faults = {f"party:{code}": "party_unknown" for code in claims.keys() - procedure.people.keys()}
    for party in procedure.parties:
        claim = claims.get(party.code)
        if party.found == "applicant":
            found[party.code] = _applicant(applicant)
        elif party.found == "number" and claim is not None:
            agreed = _agreed(claim, asked_by)
            if agreed is None:
                faults[f"party:{party.code}"] = "party_unmatched"
            else:
                found[party.code] = agreed
        elif party.found == "number" and party.required:
            faults[f"party:{party.code}"] = "party_missing"
    return found, faults


def held_of(procedure: Procedure, parties: Mapping[str, PartyData]) -> dict[Given, GivenValue]:
    """Everything of these people that the form or a requirement can be given."""
    wanted = {field.means for field in procedure.given if field.means is not None}
    wanted |= {
        evidence.given
        for requirement in procedure.requirements
        for evidence in requirement.evidence
        if evidence.given is not None
    }
    keys_by_party = {code: one.person for code, one in parties.items() if one.person is not None}
    records = population.people_by_keys(keys_by_party.values())
    telling = {one.of for one in wanted if one.fact}
    facts = {
        code: sources.facts_about(keys_by_party[code]) for code in telling & keys_by_party.keys()
    }
    found: dict[Given, GivenValue] = {}
    for one in wanted:
        key = keys_by_party.get(one.of)
        record = records.get(key) if key is not None else None
        if one.field and record is not None:
            found[one] = _of_register(record, one.field)
        elif one.fact:
            found[one] = _of_facts(facts.get(one.of, []), one.fact, procedure.purpose)
    return found


def given_of(procedure: Procedure, held: Mapping[Given, GivenValue]) -> dict[str, GivenValue]:
    """By field of the form; a field that nobody answered for stands there without a value."""
    nobody = GivenValue("", "")
    return {
        field.code: held.get(field.means, nobody)
        for field in procedure.given
        if field.means is not None
    }


def lists_for(procedure: Procedure, today: date) -> Lists:
    """What answers to this form are looked up in."""
    here = province()
    codes = {field.code_list for field in procedure.form if field.code_list}
    return Lists(
        words={code: _words(platform().province_path, code) for code in codes},
        communes=_communes(platform().province_path),
        numbers=here.number_rules(accepts_synthetic=platform().is_demo),
        today=today,
    )


@cache
def _words(path: Path, code: str) -> Mapping[str, str]:
    """A code list's words, folded once for a province: submitting asks for them every time."""
    del path
    return province().code_list(code).words


@cache
def _communes(path: Path) -> Mapping[str, str]:
    """Communes of today by code and by folded name; of two of one name none."""
    del path
    units = province().units.communes
    names: dict[str, str] = {}
    for unit in units:
        for name in {text.fold(unit.name), text.fold(f"{unit.kind} {unit.name}")}:
            names[name] = "" if name in names else unit.code
    return {name: code for name, code in names.items() if code} | {
        one.code: one.code for one in units
    }


def _applicant(person: UUID) -> PartyData:
    """As the register knows them; where this home holds none, by key alone."""
    record = population.find_person(person)
    if record is not None and record.merged_into is not None:
        record = population.find_person(record.merged_into)
    if record is None:
        return PartyData(person, "", "", "")
    return _party(record)


def _party(record: PersonRecord) -> PartyData:
    return PartyData(record.key, record.number or "", record.full_name, record.birth or "")


def _agreed(claim: Claim, asked_by: str) -> PartyData | None:
    try:
        rules = province().number_rules(accepts_synthetic=platform().is_demo)
        number = str(rules.parse(claim.number))
        name = PersonName.parse(claim.name).full
        birth = PartialDate.parse(claim.birth)
    except InvalidValue:
        return None
    if platform().register_mode == "absent":
        agrees = population.verify_upstream(number, name, birth.iso, asked_by=asked_by)
        return PartyData(None, number, name, birth.iso) if agrees else None
    hits = population.find_by_number(number)
    for record in hits.people:
        is_same = keys.name_key(record.full_name) == keys.name_key(name)
        if hits.outcome == "active" and is_same and record.birth == birth.iso:
            return _party(record)
    return None


def _of_register(record: PersonRecord, field: str) -> GivenValue:
    flag = record.flags.get(field)
    quality: Quality = "good"
    if flag == "unverified":
        quality = "unverified"
    elif flag == "under_investigation":
        quality = "under_investigation"
    return GivenValue(_said(record, field), REGISTER, record.as_of.isoformat(), quality)


def _said(record: PersonRecord, field: str) -> str:
    if field in ("household", "household_head"):
        return _head_name(record)
    if field not in FIELD_COLUMNS:
        return ""
    held = record.of_field(field)
    if field == "permanent_place":
        return _place(record.address, record.hamlet, record.commune)
    if field == "temporary_place":
        return _place(record.temporary_address, None, record.temporary_commune)
    if field == "current_place":
        return _place(record.current_address, None, record.current_commune)
    first = held.get(_SAYS.get(field, "")) or next(iter(held.values()), "")
    return str(first)


def _place(address: str | None, hamlet: str | None, code: str | None) -> str:
    commune = province().units.by_code.get(code or "")
    parts = (address, hamlet, commune.name if commune else None)
    return ", ".join(part for part in parts if part)


def _head_name(record: PersonRecord) -> str:
    household = population.household_of(record.key) if record.household else None
    if household is None or household.head is None:
        return ""
    return next((one.full_name for one in household.members if one.key == household.head), "")


def _of_facts(facts: list[FactRecord], kind: str, purpose: str) -> GivenValue:
    """The newest one of that kind that may be read for this purpose."""
    described = province().facts.get(kind)
    if described is None or purpose not in described.purposes:
        return GivenValue("", "")
    told = [fact for fact in facts if fact.kind == kind]
    if not told:
        return GivenValue("", "")
    newest = max(told, key=lambda fact: (fact.since or date.min, fact.as_of))
    return GivenValue(newest.value, newest.source, newest.as_of.isoformat(), newest.quality)


def given_from(row: Case) -> dict[str, GivenValue]:
    """What was given when a case was filed: it stays so for this case."""
    return {code: GivenValue(**one) for code, one in row.given.items()}
