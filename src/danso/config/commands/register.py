"""`danso register`: hosted registers: where they stand, files in and out, graduation."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.sources import interface as sources
from danso.modules.sources.data import FileCheck, Keeper, RegisterStanding

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console(stderr=True, highlight=False)
CONSOLE = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Code = Annotated[str, typer.Argument(metavar="REGISTER", help="Its code: danso register list.")]
_SHOWN = 50


@app.callback()
def register() -> None:
    """Hosted registers."""


@app.command("list")
def list_registers(*, as_json: AsJson = False) -> None:
    """Every hosted register: of the province's files and defined in the browser."""
    found = sources.register_standings(_keeper("list"))
    if as_json:
        print(json.dumps([_plain(one) for one in found], default=str))
        return
    headings = ("register", "version", "from", "state", "open", "ended", "facts", "source")
    show_table(Console(highlight=False), headings, map(_cells, found), whole=("register",))


@app.command(epilog="Example: danso register check draft.yaml")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A register's YAML.")],
) -> None:
    """Check a description before it is put into registers/ or kept in the browser."""
    found = sources.check_register(_text(file))
    console.print(f"{found.code}, version {found.version}: sound, {len(found.fields)} fields.")


@app.command("import", epilog="Example: danso register import digital-teams teams.xlsx --check")
def import_records(
    code: Code,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX.")],
    *,
    looking: Annotated[bool, typer.Option("--check", help="Look only, take nothing.")] = False,
    why: Annotated[str, typer.Option("--why", help="For the records' history.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take records in from a file: every line, or, where one is wrong, none."""
    keeper = _keeper(why or "import")
    done = sources.check_records(code, file, keeper=keeper)
    if done.is_sound and not looking:
        done = sources.import_records(code, file, keeper=keeper, why=why)
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        _show(done, is_taken=done.is_sound and not looking)
    if not done.is_sound:
        raise typer.Exit(1)


@app.command(epilog="Example: danso register export digital-teams --out teams/")
def export(
    code: Code,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where to.")],
) -> None:
    """Hand everything out for the system that is to take over: records.csv, id-map.csv and
    register.yaml. Each person in it is journaled."""
    count = sources.export_register(code, out, keeper=_keeper("export"))
    console.print(f"{count:,} records in {out}. It holds personal data: keep it closed.")


@app.command(epilog="Example: danso register graduate digital-teams teams-system --map id-map.csv")
def graduate(
    code: Code,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="What tells from now on.")],
    *,
    id_map: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="The filled id-map.csv; else same numbers."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let a connected source take the register's place, so that whoever asks notices nothing."""
    known = sources.read_id_map(id_map) if id_map else None
    done = sources.graduate_register(code, source, keeper=_keeper("graduation"), id_map=known)
    if as_json:
        print(json.dumps(asdict(done)))
        return
    console.print(
        f"{code} has graduated to {source}: {done.records:,} records, {done.facts:,} facts told;"
        f" {done.differing:,} answers differ from before."
    )


def _keeper(reason: str) -> Keeper:
    return Keeper.console(CONSOLE, reason)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidValue(
            f"{file} cannot be read", code="register_text", fix="Name a YAML file in UTF-8."
        ) from error


def _plain(one: RegisterStanding) -> dict[str, object]:
    own = {"register": one.register.code, "version": one.register.version}
    return own | {
        name: getattr(one, name)
        for name in ("origin", "state", "source", "records", "ended", "facts", "changed_at")
    }


def _cells(one: RegisterStanding) -> tuple[str, ...]:
    counts = (one.records, one.ended, one.facts)
    return (
        one.register.code,
        str(one.register.version),
        one.origin,
        one.state,
        *(f"{count:,}" for count in counts),
        one.source or "–",
    )


def _show(done: FileCheck, *, is_taken: bool) -> None:
    word = "Taken" if is_taken else "Nothing taken"
    console.print(
        f"{word}: {done.lines:,} lines, {done.new:,} new, {done.changed:,} changed,"
        f" {done.same:,} the same; {len(done.faults):,} faults."
    )
    if done.unknown:
        console.print(f"Columns not of this register: {', '.join(done.unknown)}", soft_wrap=True)
    for fault in done.faults[:_SHOWN]:
        console.print(f"  line {fault.line}: {fault.field or 'the line'}: {fault.fault}")
