"""`danso synth`: a synthetic province of any size, with the messy files its offices would keep."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from danso import catalogue
from danso.config.commands.catalogue import province_folder
from danso.kernel.errors import InvalidValue
from danso.modules.population.engine.synth.faults import FaultRates
from danso.modules.population.engine.synth.from_catalogue import (
    DEFAULT_AS_OF,
    inputs_from_catalogue,
)
from danso.modules.population.engine.synth.people import make_people
from danso.modules.population.engine.synth.write import MANIFEST, ProvinceWriter

app = typer.Typer(add_completion=False)
console = Console(stderr=True, highlight=False)
DEFAULT_PEOPLE = 37_000
AS_OF = datetime.combine(DEFAULT_AS_OF, datetime.min.time())


@app.command(epilog="Example: danso synth out --people 37000 --seed 1")
def synth(  # noqa: PLR0913 - one argument for each option
    folder: Annotated[Path, typer.Argument(metavar="OUT_DIR", help="A new or empty folder.")],
    *,
    people: Annotated[int, typer.Option(help="How many people.")] = DEFAULT_PEOPLE,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    province: Annotated[Path | None, typer.Option(help="The province's folder.")] = None,
    clean: Annotated[bool, typer.Option("--clean", help="The clean file only.")] = False,
    as_of: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The day the register is true on.")
    ] = AS_OF,
    faults: Annotated[float, typer.Option(help="Times the usual rate of faults.")] = 1.0,
    fault: Annotated[
        list[str] | None, typer.Option(help="One fault's own rate, such as birth_in_future=0.01.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Make a synthetic province: clean/, messy/, truth/ and manifest.json, from a seed.

    Every number starts with the province's synthetic prefix; only a demo home takes them.
    """
    if folder.name == "sources" and not folder.exists():
        raise InvalidValue(
            "`danso synth sources` would make people in a folder named sources",
            code="synth_sources",
            fix="For the sources' own files run `danso synth-sources`; for people, name the folder "
            "otherwise.",
        )
    rates = FaultRates(scale=faults, override=_overrides(fault or []))
    inputs = inputs_from_catalogue(catalogue.load(province_folder(province)), as_of=as_of.date())
    started = time.monotonic()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=as_json,
    )
    with bar:
        task = bar.add_task("people", total=people)
        population = make_people(inputs, people=people, seed=seed)
        writer = ProvinceWriter(population, folder, rates)
        manifest = writer.write(messy=not clean, progress=lambda rows: bar.advance(task, rows))
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), **manifest}, ensure_ascii=False))
        return
    taken = time.monotonic() - started
    console.print(f"{people:,} synthetic people in {folder} ({taken:.1f} s). See {MANIFEST}.")


def _overrides(given: list[str]) -> dict[str, float]:
    """`code=rate` pairs as a mapping; the codes themselves are checked by FaultRates."""
    rates = {}
    for pair in given:
        code, _, rate = pair.partition("=")
        try:
            rates[code] = float(rate)
        except ValueError as error:
            raise InvalidValue(
                f"{pair!r} is not a fault with its rate",
                code="synth_fault_rate",
                fix="Write it as code=rate, for instance birth_in_future=0.01.",
            ) from error
    return rates
