"""`danso link`: match foreign records to the people of the register."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import MatchRun
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.screens.steward import model_words
from danso.toolkit.platform import province
from danso.toolkit.tables.files import digest_of

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console(stderr=True, highlight=False)
CONSOLE = Actor(kind="operator", id="console", system="cli")
# Headings under which files keep what names a row for ever, when nobody says which it is.
KEYS: Final = ("record_key", "record_id", "record", "id")
STEPS: Final = {
    "changes": "Looking up whom the changes concern",
    "records": "Reading and cleaning the records",
    "people": "Copying the people out",
    "number": "Matching by number",
    "score": "Comparing the rest",
    "train": "Learning the odds",
    "keep": "Keeping the links",
    "tell": "Telling the facts",
}
RECORDS: Final = typer.Argument(metavar="SOURCE|FILE", help="A source, or records: CSV, XLSX ...")


@app.callback()
def link() -> None:
    """Match records of people to the register."""


@app.command(epilog="Example: danso link run records.csv --key ma_ho_so")
def run(
    records: Annotated[Path, RECORDS],
    *,
    key: Annotated[str, typer.Option(help="The heading that names a record.")] = "",
    model: Annotated[Path | None, typer.Option(help="A model of `danso link train`.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Look at every record of a source, changed or not.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Match records: linked, for a clerk to decide, or not found. Of a source that was matched
    before only what has changed is looked at, of a file everything; only what comes out otherwise
    is written, earlier links are kept as past ones."""
    chosen = linkage.model_from(model) if model else None
    if _is_source(records):
        done = match(str(records), model=chosen, quiet=as_json, whole=everything)
    else:
        matching = linkage.Matching(
            source=_name(records), digest=_digest(records), frames=_frames(records, key)
        )
        with _steps(quiet=as_json) as say:
            done = linkage.match_records(matching, actor=CONSOLE, model=chosen, say=say)
    if as_json:
        typer.echo(json.dumps(_as_data(done), default=str))
    else:
        show(done)


def match(
    code: str, *, quiet: bool, model: linkage.Model | None = None, whole: bool = False
) -> MatchRun:
    """Match what has changed of a connected source, or everything, telling the steps."""
    with _steps(quiet=quiet) as say:
        return sources.match_source(code, actor=CONSOLE, model=model, say=say, whole=whole)


@app.command(epilog="Example: danso link export records.csv --out links.csv")
def export(
    records: Annotated[Path, RECORDS],
    *,
    out: Annotated[Path, typer.Option(help="A new CSV file (0600).")],
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Write the links: record_key, person_key, band, weight, reason. Journaled. Where a clerk is
    to decide, person_key is the best candidate."""
    source = _name(records)
    last = linkage.last_run(source)
    opening = Entry(
        actor=CONSOLE,
        action="linkage.export_links",
        outcome="done",
        detail={"run": str(last.key), "source": source},
    )
    if out.exists():
        raise Conflict(f"{out} is there already.", code="file_exists", fix="Give another name.")
    with audit.carried_out(opening) as ledger:
        rows = _write(source, out)
        ledger.detail["rows"] = rows
    typer.echo(json.dumps({"rows": rows, "file": str(out)}) if as_json else f"{rows:,}: {out}")


@app.command(epilog="Example: danso link train records.csv --out model.json")
def train(
    records: Annotated[Path, RECORDS],
    *,
    out: Annotated[Path, typer.Option(help="Where the model goes.")],
    key: Annotated[str, typer.Option(help="The heading that names a record.")] = "",
) -> None:
    """Learn how much each agreement weighs from these records and the register, without labels."""
    with _steps(quiet=False) as say:
        learnt = linkage.train_model(_frames(records, key), actor=CONSOLE, say=say)
    out.write_text(learnt.as_text(), encoding="utf-8")
    console.print(f"The model is in {out}. Use it with --model.")


@app.command(epilog="Example: danso link chart model.json --out model.html")
def chart(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A file, a digest, or: default.")],
    *,
    out: Annotated[Path, typer.Option(help="A new HTML file; it needs nothing beside it.")],
) -> None:
    """Write what a model weighs as a page: every comparison's levels, odds and bars."""
    if out.exists():
        raise Conflict(f"{out} is there already.", code="file_exists", fix="Give another name.")
    if Path(model).is_file():
        record = linkage.model_record(linkage.model_from(Path(model)))
    elif model == "default":
        record = linkage.model_record(linkage.default_model())
    else:
        record = linkage.find_model(model)
    out.write_text(model_words.chart_file(record), encoding="utf-8")
    console.print(f"The chart is in {out}.")


def _frames(records: Path, key: str) -> Iterator[pl.DataFrame]:
    if not records.is_file():
        raise NotFound(f"There is no file {records}.", code="file_not_found", fix="Check the path.")
    return population.read_people(records, keys=(key,) if key else KEYS)


def _is_source(records: Path) -> bool:
    """A connected source's code, unless a file is called so."""
    return str(records) in province().sources and not records.exists()


def _name(records: Path) -> str:
    """What links are kept under: the source's code; of a file its name, so that a later one of
    that name goes on."""
    return str(records) if _is_source(records) else f"file:{records.name}"


def _digest(records: Path) -> str:
    return digest_of(records) if records.is_file() else ""


def _write(source: str, out: Path) -> int:
    rows = 0
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("record_key", "person_key", "band", "weight", "reason"))
        for link in linkage.links_of(source):
            weight = "" if link.weight is None else f"{link.weight:.2f}"
            writer.writerow((link.record, link.person or "", link.band, weight, link.reason))
            rows += 1
    return rows


@contextmanager
def _steps(*, quiet: bool) -> Iterator[linkage.Say]:
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console,
        disable=quiet,
    )  # fmt: skip
    with bar:
        task = bar.add_task("")
        yield lambda step: bar.update(task, description=STEPS[step])


def _as_data(done: MatchRun) -> dict[str, object]:
    taken = (done.finished_at - done.started_at).total_seconds()
    return {"run": done.key, "source": done.source, "seconds": taken, **asdict(done.counts)}


def show(done: MatchRun) -> None:
    """What became of the records."""
    counts = done.counts
    found = [(name, getattr(counts, name)) for name in ("linked", "clerk", "not_found")]
    rows = [(name, f"{n:,}", f"{n / max(counts.records, 1):.2%}") for name, n in found]
    show_table(Console(highlight=False), (done.source, "records", "share"), rows)
    taken = (done.finished_at - done.started_at).total_seconds()
    console.print(
        f"{counts.records:,} records, {counts.looked:,} of them looked at in {taken:.1f} s;"
        f" {counts.by_number:,} by number;"
        f" {counts.changed:,} links new or changed, {counts.gone:,} ended."
    )
