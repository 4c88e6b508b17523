"""Reads a province's folder into one frozen, cross-checked Province; shows all faults."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from danso.catalogue.checks import cross_check
from danso.catalogue.faults import CatalogueError, Fault
from danso.catalogue.province import People, Province
from danso.catalogue.shapes.calendar import Year
from danso.catalogue.shapes.courts import Courts
from danso.catalogue.shapes.hosted import Register
from danso.catalogue.shapes.identity import Identity
from danso.catalogue.shapes.names import Composition, EthnicShare, Names
from danso.catalogue.shapes.people import Fields, Numbers, Purposes, RetentionRules
from danso.catalogue.shapes.plan import NotBuilt, PlanFile
from danso.catalogue.shapes.procedures import Desk, Papers, Procedure
from danso.catalogue.shapes.registers import (
    Agencies,
    CodeList,
    CodeListFile,
    CodeRow,
    Database,
)
from danso.catalogue.shapes.rights import Rights
from danso.catalogue.shapes.sources import Source
from danso.catalogue.shapes.units import Commune, OldCommune, Succession, UnitFiles, Units
from danso.catalogue.shaping import Reader, Shaped
from danso.kernel.errors import NotFound


class Coded(Protocol):
    """Anything with a code of its own."""

    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=Coded)


def load(path: Path | str) -> Province:
    """The province in the folder `path`, read, typed and cross-checked.

    Raises NotFound where there is no such folder, and CatalogueError with every fault found (file,
    line, item, what is wrong, what to do): first those of shape, and once there are none those of
    identity, references and citation.
    Takes about a third of a second: callers keep the result.
    """
    if not Path(path).is_dir():
        raise NotFound(
            f"there is no folder {path}",
            code="province_missing",
            fix="Name the province's folder: the one that holds province.yaml.",
        )
    reader = Reader(Path(path))
    province = _read(reader)
    cross_check(province, reader)
    reader.faults.raise_any()
    return province


def find_faults(path: Path | str) -> tuple[Fault, ...]:
    """Every fault of the folder's files, sorted by file and line; none means `load` succeeds."""
    try:
        load(path)
    except CatalogueError as error:
        return error.faults
    return ()


def _read(reader: Reader) -> Province:
    identity = reader.shape("province.yaml", Identity)
    units = _units(reader)
    numbers = reader.shape("numbers.yaml", Numbers)
    agencies = reader.shape("agencies.yaml", Agencies)
    plan = reader.shape("plan/clauses.yaml", PlanFile)
    not_built = reader.shape("plan/not_built.yaml", NotBuilt)
    databases = reader.folder("databases", Database)
    sources = reader.folder("sources", Source)
    registers = reader.folder("registers", Register, is_needed=False)
    procedures = reader.folder("procedures", Procedure, is_needed=False)
    papers = reader.shape("papers.yaml", Papers)
    desk = reader.shape("desk.yaml", Desk)
    code_lists = _code_lists(reader)
    fields = reader.shape("fields.yaml", Fields)
    purposes = reader.shape("purposes.yaml", Purposes)
    retention = reader.shape("retention.yaml", RetentionRules)
    courts = reader.shape("courts.yaml", Courts)
    rights = reader.shape("rights.yaml", Rights)
    years = reader.folder("calendar", Year)
    people = _people(reader)
    reader.note_strays()
    reader.faults.raise_any()
    return Province(
        identity=identity.value,
        units=units.value,
        numbers=numbers.value,
        agencies=_by_code(reader, "agencies.yaml", "agencies", agencies.value.agencies),
        plan=plan.value,
        not_built=not_built.value.reasons,
        databases={found.value.code: found.value for found in databases},
        sources={found.value.code: found.value for found in sources},
        registers={found.value.code: found.value for found in registers},
        procedures={found.value.code: found.value for found in procedures},
        papers=papers.value,
        desk=desk.value,
        code_lists=code_lists,
        fields=_by_code(reader, "fields.yaml", "fields", fields.value.fields),
        purposes=_by_code(reader, "purposes.yaml", "purposes", purposes.value.purposes),
        retention=_by_code(reader, "retention.yaml", "rules", retention.value.rules),
        courts=courts.value,
        rights=rights.value,
        years=tuple(found.value for found in years),
        people=people.value,
    )


def _units(reader: Reader) -> Shaped[Units]:
    files = reader.shape("units/units.yaml", UnitFiles).found
    if files is None:
        return Shaped("units", None)
    units = Units(
        files=files,
        communes=reader.rows(f"units/{files.today.file}", Commune),
        old_communes=reader.rows(f"units/{files.older.file}", OldCommune),
        old_to_new=reader.rows(f"units/{files.map.file}", Succession),
        boundaries=reader.json(f"units/{files.boundaries.file}"),
    )
    return Shaped("units", units)


def _code_lists(reader: Reader) -> Mapping[str, CodeList]:
    file = reader.shape("code_lists/code_lists.yaml", CodeListFile).found
    heads = _by_code(reader, "code_lists/code_lists.yaml", "lists", file.lists if file else ())
    return {
        code: CodeList(head=head, rows=reader.rows(f"code_lists/{head.file}", CodeRow))
        for code, head in heads.items()
    }


def _people(reader: Reader) -> Shaped[People]:
    names = reader.shape("people/names.yaml", Names).found
    composition = reader.shape("people/composition.yaml", Composition).found
    shares = reader.rows("people/ethnicity-by-district.csv", EthnicShare)
    if names is None or composition is None:
        return Shaped("people", None)
    people = People(names=names, composition=composition, ethnic_shares=shares)
    return Shaped("people", people)


def _by_code(reader: Reader, file: str, key: str, items: Iterable[C]) -> Mapping[str, C]:
    """Items by their code; a code that stands twice is a fault."""
    kept: dict[str, C] = {}
    for index, item in enumerate(items):
        if item.code in kept:
            fix = "Give one of them another code, or remove it"
            wrong = "the code stands twice"
            reader.note(file, (key, index), item=item.code, wrong=wrong, fix=fix)
        kept[item.code] = item
    return kept
