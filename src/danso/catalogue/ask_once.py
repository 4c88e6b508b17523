"""What the state could give of a form that somebody would be asked for (plan: ask once).

A field that says what it is (`means`) is given. One that does not is looked up by its words and its
code among all that the procedure's purpose may read of the party it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from danso.catalogue.province import Province
from danso.catalogue.shapes.hosted import Register
from danso.catalogue.shapes.procedures import FormField, Given, Party, Procedure, Requirement
from danso.catalogue.shapes.sources import Source
from danso.kernel.text import fold

_WORD = re.compile(r"[^\W_]+")
_LINKING = frozenset(("cua", "va", "hoac"))


@dataclass(frozen=True)
class Reask:
    """A field of a form that is asked although `giver` holds it: the register, or a source."""

    field: FormField
    known: Given
    giver: str


@dataclass(frozen=True)
class PaperReask:
    """A paper asked for although `giver` tells the `fact` that it shows."""

    requirement: Requirement
    place: int
    paper: str
    fact: str
    giver: str


def reasks(province: Province, procedure: Procedure) -> Iterator[Reask]:
    """Every field without `means` whose words or code are those of something known."""
    words = _words(province, procedure.purpose)
    for field in procedure.form:
        if field.means is None and (found := _known(procedure, field, words)):
            yield Reask(field, found, giver(province, found))


def paper_reasks(province: Province, procedure: Procedure) -> Iterator[PaperReask]:
    """Every paper that stands where a fact the purpose may read was not looked for first."""
    told = set(province.facts_for(procedure.purpose))
    for requirement in procedure.requirements:
        looked = {one.given.fact for one in requirement.evidence if one.given is not None}
        for place, evidence in enumerate(requirement.evidence):
            paper = province.papers.by_code.get(evidence.paper or "")
            if paper and paper.fact in told and paper.fact not in looked:
                fact = paper.fact or ""
                told_by = tellers(province, fact)[0].code
                yield PaperReask(requirement, place, paper.code, fact, told_by)


def giver(province: Province, given: Given) -> str:
    """Who holds it: the code of the source or hosted register, else the population register."""
    return tellers(province, given.fact)[0].code if given.fact else "the population register"


def is_allowed(province: Province, purpose: str, given: Given) -> bool:
    """Whether the purpose may have the value: its `share` names the field, or the fact names it."""
    if given.fact is not None:
        return given.fact in province.facts_for(purpose)
    known = province.purposes.get(purpose)
    return known is not None and given.field in known.share


def tellers(province: Province, fact: str) -> tuple[Source | Register, ...]:
    """Who tells a fact: the connected sources, then the hosted registers."""
    all_of_them: tuple[Source | Register, ...] = (
        *province.sources.values(),
        *province.registers.values(),
    )
    return tuple(one for one in all_of_them if any(told.code == fact for told in one.facts))


def _words(province: Province, purpose: str) -> Mapping[str, Given]:
    """Folded words and codes of all that the purpose may read, to what they mean."""
    known = province.purposes.get(purpose)
    found: dict[str, Given] = {}
    for code in known.share if known else ():
        field = province.fields.get(code)
        if field is not None:
            given = Given(of="nobody", field=code)
            found |= dict.fromkeys((code, *map(_folded, (field.vi, *field.also))), given)
    for code in province.facts_for(purpose):
        told = Given(of="nobody", fact=code)
        found |= dict.fromkeys((code, _folded(province.facts[code].vi)), told)
    return found


def _known(procedure: Procedure, field: FormField, words: Mapping[str, Given]) -> Given | None:
    """What the field is of whom, where the register or a source knows that party."""
    party = _party(procedure, field)
    if party is None or party.found == "new":
        return None
    bare = field.code.removeprefix(f"{party.code}_")
    said = _without(_folded(field.vi), _folded(party.vi))
    found = words.get(bare) or words.get(said) or words.get(_folded(field.vi))
    return found.model_copy(update={"of": party.code}) if found else None


def _party(procedure: Procedure, field: FormField) -> Party | None:
    """Whom a field is about: whose words or code it has, the longest first; else the applicant."""
    said = _folded(field.vi)
    named = sorted(
        (one for one in procedure.parties if _is_about(field.code, said, one)),
        key=lambda one: len(one.vi),
        reverse=True,
    )
    applicants = (one for one in procedure.parties if one.found == "applicant")
    return named[0] if named else next(applicants, None)


def _is_about(code: str, said: str, party: Party) -> bool:
    return code.startswith(f"{party.code}_") or f" {_folded(party.vi)} " in f" {said} "


def _folded(words: str) -> str:
    """Words alone: no tone, no mark, none that only links."""
    return " ".join(word for word in _WORD.findall(fold(words)) if word not in _LINKING)


def _without(said: str, party: str) -> str:
    return " ".join(f" {said} ".replace(f" {party} ", " ", 1).split())
