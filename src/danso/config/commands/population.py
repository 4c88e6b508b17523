"""`danso population`: look at people, record what happened to them, count them."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress

from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.kernel.clock import VIETNAM
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.population import interface as population
from danso.modules.population.data import (
    FIELD_COLUMNS,
    MEASURES,
    Correction,
    Found,
    Grounds,
    Move,
    Outcome,
    PersonRecord,
    Scope,
    Value,
    Wanted,
    person_not_found,
)
from danso.toolkit.platform import province

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The register of people.")
record = typer.Typer(no_args_is_help=True, help="Record what happened to a person.")
app.add_typer(record, name="record")

CONSOLE = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="12 or 9 digits, or a person key.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept in the person's history.")]
Proof = Annotated[str, typer.Option("--evidence", help="The paper or decision it rests on.")]
PurposeCode = Annotated[str, typer.Option("--purpose", help="A purpose of the catalogue.")]
FileCode = Annotated[str, typer.Option("--file-code", help="The file this look belongs to.")]
Commune = Annotated[str, typer.Option("--commune", help="Code of a commune of today.")]


@app.command(
    epilog="Example: danso population show 099171000123 --purpose PURPOSE --file-code HS-1"
)
def show(
    number: Number,
    purpose: PurposeCode,
    file_code: FileCode,
    as_of: Annotated[str, typer.Option(help="As true on this day (yyyy-mm-dd).")] = "",
    known_at: Annotated[str, typer.Option(help="As known at this time (yyyy-mm-ddThh:mm).")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show what a purpose lets one see of a person. The look is journaled with the fields shown."""
    grounds = _grounds_of(purpose, file_code)
    allowed = province().purpose(purpose).fields
    fields = tuple(field for field in allowed if field in FIELD_COLUMNS)
    key = _key_of(number, grounds)
    person = population.open_person(key, actor=CONSOLE, grounds=grounds, fields=fields)
    if as_of or known_at:
        person = population.get_person(key, _day(as_of), known_at=_instant(known_at))
    _print_person(person, fields, as_json=as_json)


@app.command()
def find(
    name: Annotated[str, typer.Argument(help="The full name, with or without marks.")],
    purpose: PurposeCode,
    file_code: FileCode,
    birth_year: Annotated[int | None, typer.Option(help="Four digits.")] = None,
    commune: Commune = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Find people by full name with a birth year or a commune: at most twenty, each look
    journaled."""
    wanted = Wanted(name=name, birth_year=birth_year, commune=commune)
    grounds = _grounds_of(purpose, file_code)
    found = population.search(wanted, actor=CONSOLE, grounds=grounds)
    if as_json:
        _print_json([_listed(person) for person in found.people])
        return
    _print_table(["key", "full_name", "birth", "commune"], map(_listed, found.people))
    if found.more:
        typer.echo("There are more: add the commune or the birth year.")


@app.command()
def history(number: Number, purpose: PurposeCode, file_code: FileCode) -> None:
    """Print every recorded change of a person as JSON, oldest first."""
    grounds = _grounds_of(purpose, file_code)
    key = _key_of(number, grounds)
    population.open_person(key, actor=CONSOLE, grounds=grounds, fields=tuple(FIELD_COLUMNS))
    _print_json([dataclasses.asdict(entry) for entry in population.history_of(key)])


@record.command()
def death(
    number: Number,
    on: Annotated[str, typer.Argument(help="dd/mm/yyyy, mm/yyyy or yyyy.")],
    reason: Why,
    evidence: Proof = "",
) -> None:
    """Record a death."""
    grounds = Grounds(reason=reason, evidence=evidence)
    day = PartialDate.parse(on)
    key = _key_of(number, grounds)
    _tell(population.record_death(key, day, actor=CONSOLE, grounds=grounds))


@record.command()
def missing(
    number: Number,
    on: Annotated[str, typer.Argument(help="dd/mm/yyyy, mm/yyyy or yyyy.")],
    reason: Why,
    evidence: Proof = "",
) -> None:
    """Record that a court declared a person missing."""
    grounds = Grounds(reason=reason, evidence=evidence)
    day = PartialDate.parse(on)
    key = _key_of(number, grounds)
    _tell(population.record_missing(key, day, actor=CONSOLE, grounds=grounds))


@record.command()
def move(  # noqa: PLR0913 - each is an option of the command
    number: Number,
    on: Annotated[str, typer.Argument(help="The first day, yyyy-mm-dd.")],
    commune: Commune,
    reason: Why,
    evidence: Proof = "",
    address: Annotated[str, typer.Option(help="House number, street.")] = "",
    hamlet: Annotated[str, typer.Option(help="Thôn, bản, khu phố.")] = "",
    household: Annotated[str, typer.Option(help="Key of the household joined.")] = "",
    relation: Annotated[str, typer.Option(help="Relation to its head (code).")] = "",
) -> None:
    """Record a new permanent residence."""
    grounds = Grounds(reason=reason, evidence=evidence)
    day = _day(on)
    if day is None:
        raise InvalidValue("A move needs its day.", code="date_empty", fix="Write yyyy-mm-dd.")
    moved = Move(
        valid_on=day,
        commune=commune,
        address=address or None,
        hamlet=hamlet or None,
        household=_household(household),
        relation=relation or None,
    )
    key = _key_of(number, grounds)
    _tell(population.record_move(key, moved, actor=CONSOLE, grounds=grounds))


@record.command()
def correction(
    number: Number,
    field: Annotated[str, typer.Argument(help="A field of the catalogue, such as birth.")],
    values: Annotated[
        list[str], typer.Argument(help="The right value, or column=value for several columns.")
    ],
    reason: Why,
    evidence: Proof = "",
) -> None:
    """Correct a field that is held wrongly. `number new` cancels a number and draws another."""
    grounds = Grounds(reason=reason, evidence=evidence)
    wanted = Correction(field, _value(field, values))
    key = _key_of(number, grounds)
    _tell(population.correct_field(key, wanted, actor=CONSOLE, grounds=grounds))


@record.command()
def number(number: Number, reason: Why) -> None:
    """Issue a number to a person who has none (authority only)."""
    grounds = Grounds(reason=reason)
    key = _key_of(number, grounds)
    typer.echo(population.issue_number(key, actor=CONSOLE, grounds=grounds))


@app.command()
def merge(kept: Number, merged: Number, reason: Why, evidence: Proof = "") -> None:
    """Join two records of one person; both stay findable and lead to the first."""
    grounds = Grounds(reason=reason, evidence=evidence)
    keys = _key_of(kept, grounds), _key_of(merged, grounds)
    made = population.merge_people(*keys, officers=(CONSOLE,), grounds=grounds)
    typer.echo(f"Merged ({made}). Undo it with `danso population unmerge {keys[1]}`.")


@app.command()
def unmerge(
    merged: Annotated[UUID, typer.Argument(help="Key of the record that was merged.")],
    reason: Why,
) -> None:
    """Undo a merge and give the record its number back."""
    population.unmerge(merged, officers=(CONSOLE,), grounds=Grounds(reason=reason))
    typer.echo("The two records stand apart again.")


@app.command()
def count(commune: Commune = "", *, as_json: AsJson = False) -> None:
    """Count people, numbers and valid cards by commune."""
    rows = [dataclasses.asdict(row) for row in population.count_people(_scope(commune))]
    _print_rows(rows, as_json=as_json)


@app.command()
def cards(commune: Commune = "", *, as_json: AsJson = False) -> None:
    """Count by commune and hamlet who must have a card and has none, or an expired one."""
    rows = [dataclasses.asdict(row) for row in population.count_card_due(_scope(commune))]
    _print_rows(rows, as_json=as_json)


@app.command()
def quality(commune: Commune = "", *, as_json: AsJson = False) -> None:
    """Measure đúng, đủ, sạch, sống by commune: how many living people fail each measure."""
    rows = []
    for figures in population.quality_report(_scope(commune)):
        faults = {measure.code: figures.faults[measure.code] for measure in MEASURES}
        failing = {f"failing_{name}": count for name, count in figures.failing.items()}
        rows.append({"commune": figures.commune, "people": figures.people, **failing, **faults})
    _print_rows(rows, as_json=as_json)


@app.command()
def recount() -> None:
    """Count again what live pages show: people, cards and quality of every commune."""
    population.recount()
    with Progress(transient=True) as progress:
        task = progress.add_task("Quality", total=None)
        while left := population.keep_quality(1.0):
            progress.update(task, description=f"Quality: {left} communes to go")
    typer.echo("Every commune is counted anew.")


def _grounds_of(purpose: str, file_code: str) -> Grounds:
    law = province().purpose(purpose).legal_basis
    return Grounds(purpose=purpose, legal_basis=law, file_code=file_code)


def _key_of(number: str, grounds: Grounds) -> UUID:
    """The person meant by a number or a key. Looking a number up is a look, and journaled."""
    try:
        return UUID(number)
    except ValueError:
        found = population.search(Wanted(number=number), actor=CONSOLE, grounds=grounds)
    if not found.people:
        raise person_not_found()
    return _only(found)


def _only(found: Found) -> UUID:
    if len(found.people) > 1:
        keys = ", ".join(str(person.key) for person in found.people)
        raise NotFound(
            "Several people hold this number.", code="number_shared", fix=f"Name one by key: {keys}"
        )
    return found.people[0].key


def _scope(commune: str) -> Scope:
    return Scope(communes=(province().commune(commune).code,)) if commune else Scope()


def _day(text: str) -> date | None:
    return PartialDate.parse(text).first_day if text else None


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(
            "Not a time.", code="instant_shape", fix="Write yyyy-mm-ddThh:mm."
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)


def _household(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise InvalidValue(
            "Not a household's key.", code="key_shape", fix="Take it from `population show`."
        ) from error


def _value(field: str, values: list[str]) -> Value | dict[str, Value]:
    if field == "number":
        return None if values == ["new"] else values[0]
    if all("=" in value for value in values):
        pairs = (value.split("=", 1) for value in values)
        named: dict[str, Value] = {column: text or None for column, text in pairs}
        return named
    return " ".join(values)


def _tell(outcome: Outcome) -> None:
    if outcome.is_recorded:
        typer.echo(f"Recorded: {', '.join(outcome.fields)} (version {outcome.version}).")
    else:
        typer.echo(f"This register is a copy: asked upstream as request {outcome.request}.")


def _listed(person: PersonRecord) -> dict[str, Any]:
    names = ("key", "full_name", "birth", "commune")
    return {name: getattr(person, name) for name in names}


def _print_person(person: PersonRecord, fields: tuple[str, ...], *, as_json: bool) -> None:
    values = {field: person.of_field(field) for field in fields}
    flags = {field: flag for field, flag in person.flags.items() if field in fields}
    if as_json:
        shown = {"key": person.key, "as_of": person.as_of, "flags": flags, "fields": values}
        _print_json(shown)
        return
    rows = [
        {
            "field": province().field(field).vi,
            "value": ", ".join(str(value) for value in held.values()),
            "flag": flags.get(field, ""),
        }
        for field, held in values.items()
    ]
    _print_table(["field", "value", "flag"], rows)
    typer.echo(f"As of {person.as_of}; version {person.version}.")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _print_rows(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        _print_json(rows)
    elif rows:
        _print_table(list(rows[0]), rows)


def _print_table(columns: list[str], rows: Any) -> None:
    cells = (["" if row[name] is None else str(row[name]) for name in columns] for row in rows)
    show_table(Console(), columns, cells, whole=columns)
