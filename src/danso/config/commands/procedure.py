"""`danso procedure`: what each procedure asks, what the state gives, and what was cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from danso import catalogue
from danso.catalogue.ask_once import giver
from danso.catalogue.forms import form_schema
from danso.catalogue.ledger import FormShare, FormTarget, Line, form_share, form_targets, ledger
from danso.catalogue.province import Province
from danso.catalogue.shapes.procedures import Procedure
from danso.config.commands.catalogue import province_folder
from danso.config.tables import show_table
from danso.kernel import clock

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console(highlight=False, markup=False, soft_wrap=True)
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Folder = Annotated[Path | None, typer.Argument(help="The province's folder.")]
UNKNOWN = "unknown"


@app.callback()
def procedure() -> None:
    """Procedures of the province: public services as data."""


@app.command("list")
def list_procedures(path: Folder = None, *, as_json: AsJson = False) -> None:
    """Every procedure: its place among the essential ones, national number, asked and given."""
    province = catalogue.load(province_folder(path))
    if as_json:
        _print(list(map(_summary, province.procedures.values())))
        return
    headings = ("code", "essential", "number", "name", "asked", "given", "term")
    rows = (_cells(_summary(one)) for one in province.procedures.values())
    show_table(Console(highlight=False), headings, rows, whole=("code", "number"))


@app.command(epilog="Example: danso procedure show birth-registration --json-schema")
def show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="danso procedure list.")],
    path: Folder = None,
    *,
    as_schema: Annotated[
        bool, typer.Option("--json-schema", help="Its form as JSON Schema 2020-12.")
    ] = False,
) -> None:
    """One procedure: who may apply, what is proven by what, what is asked, steps, term, fees."""
    province = catalogue.load(province_folder(path))
    found = province.procedure(code)
    if as_schema:
        _print(form_schema(province, found, on=clock.today()))
        return
    for line in _told(province, found):
        console.print(line)


@app.command("ledger")
def show_ledger(path: Folder = None, *, as_json: AsJson = False) -> None:
    """What procedures ask beside a sourced baseline, and the share of standardised forms."""
    province = catalogue.load(province_folder(path))
    lines = ledger(province, on=clock.today())
    share = form_share(province)
    targets = form_targets(province, share)
    if as_json:
        _print(_plain(lines, share, targets))
        return
    headings = ("procedure", "version", "fields", "papers", "steps", "days", "fee", "verdict")
    show_table(Console(highlight=False), headings, map(_line, lines), whole=("procedure",))
    _say_share(share, targets)


def _print(plain: object) -> None:
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=1, default=str))


def _summary(found: Procedure) -> dict[str, Any]:
    today = clock.today()
    term = found.term_on(today)
    return {
        "code": found.code,
        "version": found.version,
        "essential": found.essential,
        "number": found.number_on(today) or UNKNOWN,
        "vi": found.vi,
        "en": found.en,
        "owner": found.owner,
        "level": found.level,
        "asked": len(found.asked),
        "given": len(found.given),
        "term": f"{term.amount} {term.unit}" if term else UNKNOWN,
    }


def _cells(plain: dict[str, Any]) -> tuple[str, ...]:
    keys = ("code", "essential", "number", "vi", "asked", "given", "term")
    return tuple("" if plain[key] is None else str(plain[key]) for key in keys)


def _told(province: Province, found: Procedure) -> Iterator[str]:
    plain = _summary(found)
    essential = f", essential service {found.essential}" if found.essential else ""
    yield f"{found.vi} ({found.en}){essential}"
    yield f"  number {plain['number']}, version {found.version}, {found.level}"
    yield f"  by {province.agency(found.handled_by).en}; owner {province.agency(found.owner).en}"
    yield f"  who: {found.applicant.en}"
    for requirement in found.requirements:
        ways = ", else ".join(
            f"{giver(province, one.given)}: {one.given.field or one.given.fact} of {one.given.of}"
            if one.given
            else f"paper {one.paper}"
            for one in requirement.evidence
        )
        yield f"  proven: {requirement.en} by {ways} ({requirement.law})"
    yield f"  given: {', '.join(field.en for field in found.given) or 'nothing'}"
    yield f"  asked: {', '.join(field.en for field in found.asked) or 'nothing'}"
    yield f"  steps: {', '.join(f'{step.en} ({step.role})' for step in found.steps)}"
    yield f"  term: {plain['term']}; fees: {_fees(found)}"
    yield f"  changes: {', '.join(effect.kind for effect in found.effects) or 'nothing'}"
    yield f"  law: {found.law}; clauses {', '.join(found.cites)}"
    if found.note:
        yield f"  note: {found.note}"


def _fees(found: Procedure) -> str:
    if found.fees == "unknown":
        return UNKNOWN
    held = (fee for fee in found.fees if fee.holds(clock.today()))
    return ", ".join(f"{fee.channel} {fee.amount:,} đ" for fee in held) or UNKNOWN


def _line(line: Line) -> tuple[str, ...]:
    figures = (
        f"{figure.before} > {_or_unknown(figure.now)}"
        if figure.before is not None
        else _or_unknown(figure.now)
        for figure in line.figures
    )
    return (line.procedure.code, str(line.procedure.version), *figures, line.verdict)


def _or_unknown(figure: int | None) -> str:
    return UNKNOWN if figure is None else f"{figure:,}"


def _say_share(share: FormShare, targets: tuple[FormTarget, ...]) -> None:
    whole = len(share.standardised) + len(share.others)
    if share.percent is None:
        console.print("No form has citizens' information: no share.")
        return
    console.print(
        f"{len(share.standardised)} of {whole} forms described here with citizens' information "
        f"take all of it from source data: {share.percent:.0f} %. Forms that nobody has described "
        "are not counted."
    )
    for target in targets:
        reached = "these reach it" if target.reached else "these do not reach it"
        wanted = f"{target.wanted:.0f} % by {target.clause.due}"
        console.print(f"  {target.clause.id} wants {wanted}: {reached}")


def _plain(
    lines: tuple[Line, ...], share: FormShare, targets: tuple[FormTarget, ...]
) -> dict[str, Any]:
    return {
        "procedures": [
            {
                "code": line.procedure.code,
                "version": line.procedure.version,
                "verdict": line.verdict,
                "baseline": line.procedure.baseline and line.procedure.baseline.decision,
                **{one.kind: {"before": one.before, "now": one.now} for one in line.figures},
            }
            for line in lines
        ],
        "forms": {
            "standardised": share.standardised,
            "others": share.others,
            "without": share.without,
            "percent": share.percent,
        },
        "targets": [
            {"clause": one.clause.id, "wanted": one.wanted, "reached": one.reached}
            for one in targets
        ],
    }
