"""A province, read and checked: what engines ask about units, agencies, purposes and law."""

from collections.abc import Mapping
from functools import cached_property

from danso.catalogue.shapes.base import Shape, Words
from danso.catalogue.shapes.calendar import Year
from danso.catalogue.shapes.courts import Courts
from danso.catalogue.shapes.hosted import Register
from danso.catalogue.shapes.identity import Identity
from danso.catalogue.shapes.names import Composition, EthnicShare, Names
from danso.catalogue.shapes.people import Field, Numbers, Purpose, Retention
from danso.catalogue.shapes.plan import Clause, PlanFile
from danso.catalogue.shapes.procedures import Desk, Papers, Procedure
from danso.catalogue.shapes.registers import Agency, CodeList, Database
from danso.catalogue.shapes.rights import Rights
from danso.catalogue.shapes.sources import FactKind, Source
from danso.catalogue.shapes.units import Commune, OldCommune, Successor, Units
from danso.kernel.errors import NotFound
from danso.kernel.numbers import NumberRules
from danso.kernel.working_days import WorkingDays


class People(Shape):
    """What the synthesiser needs to know about the province's people."""

    names: Names
    composition: Composition
    ethnic_shares: tuple[EthnicShare, ...]


class Province(Shape):
    """Everything danso knows about one province: made by `catalogue.load`, frozen, cached.

    `get`-like methods (`commune`, `purpose`, `agency`, ...) raise NotFound with what to do;
    the mappings beside them keep the files' order.
    """

    identity: Identity
    units: Units
    numbers: Numbers
    agencies: Mapping[str, Agency]
    plan: PlanFile
    not_built: Mapping[str, str]
    databases: Mapping[str, Database]
    sources: Mapping[str, Source]
    registers: Mapping[str, Register]
    procedures: Mapping[str, Procedure]
    papers: Papers
    desk: Desk
    code_lists: Mapping[str, CodeList]
    fields: Mapping[str, Field]
    purposes: Mapping[str, Purpose]
    retention: Mapping[str, Retention]
    courts: Courts
    rights: Rights
    years: tuple[Year, ...]
    people: People

    @property
    def slug(self) -> str:
        """The folder's name."""
        return self.identity.slug

    @property
    def name(self) -> str:
        """The province's name in Vietnamese."""
        return self.identity.vi

    @property
    def clauses(self) -> Mapping[str, Clause]:
        """The plan's clauses by id, in its order."""
        return self.plan.by_id

    @cached_property
    def calendar(self) -> WorkingDays:
        """Working days of the decided years; asking about another year raises YearNotDecided."""
        decided = [year for year in self.years if year.decided]
        return WorkingDays(
            {year.year: frozenset(day.date for day in year.days_off) for year in decided},
            frozenset(day.date for year in decided for day in year.working_saturdays),
        )

    def number_rules(self, *, accepts_synthetic: bool) -> NumberRules:
        """Rules for personal numbers; made-up people's numbers only pass in a demo home."""
        return NumberRules(
            prefixes=self.numbers.prefixes,
            synthetic_prefix=self.numbers.synthetic_prefix,
            accepts_synthetic=accepts_synthetic,
        )

    def commune(self, code: str) -> Commune:
        """A commune of today by its code; NotFound otherwise (old codes may mean others)."""
        found = self.units.by_code.get(code)
        if found is None:
            raise _unknown("commune of today", code, "Map an old code with current_commune(code).")
        return found

    def old_commune(self, code: str) -> OldCommune:
        """A commune of the older generation by the code it had then."""
        found = self.units.old_by_code.get(code)
        if found is None:
            raise _unknown("commune of the older generation", code)
        return found

    def current_commune(self, old_code: str) -> Successor:
        """What became of an old commune: whole, part or unresolved; never a guess."""
        found = self.units.successors.get(old_code)
        if found is None:
            raise _unknown("commune of the older generation", old_code)
        return found

    def main_district(self, code: str) -> str:
        """Code of the old district most of a commune of today lay in; '' when the map has none."""
        return self.units.main_district.get(self.commune(code).code, "")

    def agency(self, code: str) -> Agency:
        """An agency, group or post by code, ended ones included."""
        found = self.agencies.get(code)
        if found is None:
            raise _unknown("agency", code)
        return found

    def agencies_today(self, code: str) -> tuple[Agency, ...]:
        """Who carries the agency's duties now, following successors to the end."""
        agency = self.agency(code)
        if agency.until is None:
            return (agency,)
        heirs = (heir for next_code in agency.today for heir in self.agencies_today(next_code))
        return tuple(dict.fromkeys(heirs))

    def bodies_today(self, clause_id: str) -> tuple[Agency, ...]:
        """Who carries a clause now: lead and helpers, by its own word or successors."""
        clause = self.clause(clause_id)
        named = [code for code in (clause.lead, clause.agency) if code is not None]
        found: list[Agency] = []
        for code in (*named, *clause.together_with):
            heirs = clause.today.get(code, (code,))
            for heir in (heirs,) if isinstance(heirs, str) else heirs:
                found += self.agencies_today(heir)
        return tuple(dict.fromkeys(found))

    def purpose(self, code: str) -> Purpose:
        """A purpose by code: its legal basis, services and the fields it may touch."""
        found = self.purposes.get(code)
        if found is None:
            raise _unknown("purpose", code, "The agreement names one of the catalogue's purposes.")
        return found

    def field(self, code: str) -> Field:
        """A population field by code."""
        found = self.fields.get(code)
        if found is None:
            raise _unknown("field", code)
        return found

    def database(self, code: str) -> Database:
        """A database by code, or the one that a part (named by the plan on its own) lies in."""
        found = self.databases.get(code) or self._parts.get(code)
        if found is None:
            raise _unknown("database", code)
        return found

    def is_locked(self, source: str) -> bool:
        """Whether nobody is reached through this source: marked so, or of a closed database."""
        found = self.source(source)
        return found.locked or self.databases[found.database].reach == "closed"

    def locked_purposes(self, source: str) -> tuple[str, ...]:
        """For what a locked source may be read: its own purposes, else its database's."""
        found = self.source(source)
        return found.purposes or self.databases[found.database].purposes

    def source(self, code: str) -> Source:
        """A connected source by code."""
        found = self.sources.get(code)
        if found is None:
            raise _unknown("source", code, "Describe it in sources/, or correct the code.")
        return found

    def owner(self, source: Source) -> Words:
        """Who keeps a source: an agency, or one commune for itself."""
        commune = self.units.by_code.get(source.owner)
        if commune is None:
            return self.agency(source.owner)
        return Words(vi=commune.name, en=commune.name)

    def register(self, code: str) -> Register:
        """A hosted register of the province's files by code."""
        found = self.registers.get(code)
        if found is None:
            raise _unknown("hosted register", code, "Describe it in registers/, or define it.")
        return found

    def procedure(self, code: str) -> Procedure:
        """A procedure by code."""
        found = self.procedures.get(code)
        if found is None:
            raise _unknown("procedure", code, "See the codes with: danso procedure list")
        return found

    @cached_property
    def facts(self) -> Mapping[str, FactKind]:
        """Everything that hosted registers and sources tell, by code."""
        tellers: tuple[Register | Source, ...] = (
            *self.registers.values(),
            *self.sources.values(),
        )
        return {fact.code: fact for teller in tellers for fact in teller.facts}

    def facts_for(self, purpose: str) -> tuple[str, ...]:
        """Codes of what registers and sources tell to those who ask for this purpose."""
        return tuple(code for code, fact in self.facts.items() if purpose in fact.purposes)

    @cached_property
    def pushed(self) -> frozenset[str]:
        """Codes of the sources whose records their owners send to the gateway."""
        kinds = ((code, source.transport.kind) for code, source in self.sources.items())
        return frozenset(code for code, kind in kinds if kind == "push")

    def code_list(self, code: str) -> CodeList:
        """A code list by code."""
        found = self.code_lists.get(code)
        if found is None:
            raise _unknown("code list", code)
        return found

    def words_of(self, field: str) -> Mapping[str, str] | None:
        """What may be written in a coded field: each code and folded name to its code; for the
        permanent place the communes of today by code. None where anything may be written."""
        if field == "permanent_place":
            return {code: code for code in self.units.by_code}
        known = self.fields.get(field)
        if known is None or not known.code_list:
            return None
        return self.code_list(known.code_list).words

    def clause(self, clause_id: str) -> Clause:
        """A clause of the plan by id."""
        found = self.clauses.get(clause_id)
        if found is None:
            raise _unknown("clause", clause_id, "See the ids with: danso plan")
        return found

    def keep(self, code: str) -> Retention:
        """How long a kind of record is kept."""
        found = self.retention.get(code)
        if found is None:
            raise _unknown("retention rule", code)
        return found

    def year(self, year: int) -> Year:
        """A year's days off, decided or not."""
        for known in self.years:
            if known.year == year:
                return known
        raise _unknown("calendar year", str(year))

    @cached_property
    def _parts(self) -> Mapping[str, Database]:
        return {part.code: base for base in self.databases.values() for part in base.parts}


def _unknown(kind: str, code: str, fix: str = "") -> NotFound:
    fix = fix or "Check the spelling, or add it to the province's files."
    return NotFound(f"The catalogue has no {kind} {code!r}.", code="catalogue_unknown", fix=fix)
