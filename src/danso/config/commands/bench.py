"""`danso bench`: measure the hot path, batches, the journal and the import, side by side."""

from __future__ import annotations

import json
import os
import platform as machine
import sys
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from danso import __version__
from danso.config.bench import (
    batching,
    filing,
    journal,
    linking,
    loads,
    reconciling,
    register,
    verifying,
)
from danso.config.bench.claims import Asker
from danso.config.bench.place import Place, bench_home
from danso.config.bench.report import Report, Row, rewrite
from danso.config.bench.signing_in import measuring as signing_in
from danso.config.first_start import CHECKOUT
from danso.kernel import clock
from danso.kernel.errors import InvalidValue

app = typer.Typer(add_completion=False)
console = Console(stderr=True, highlight=False)
PARTS: Final = (
    "verify", "batch", "seal", "proof", "import", "link", "reconcile", "sign-in", "desk",
)  # fmt: skip
PAGE: Final = CHECKOUT / "docs" / "reference" / "performance.md"
DEFAULT_PEOPLE: Final = 3_690_000


@app.command()
def bench(  # noqa: PLR0913 - one argument for each option
    *,
    people: Annotated[int, typer.Option(min=1_000, help="People.")] = DEFAULT_PEOPLE,
    seconds: Annotated[float, typer.Option(min=1, help="Of each measurement.")] = 10.0,
    rounds: Annotated[int, typer.Option(min=1, help="Turns; medians are told.")] = 3,
    rows: Annotated[int, typer.Option(help="Grow the journal of the proofs to so many.")] = 0,
    home: Annotated[Path, typer.Option(help="Made once, then reused.")] = Path(".danso/bench"),
    only: Annotated[str, typer.Option(help="With commas: " + ", ".join(PARTS))] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help=f"Rewrite {PAGE.name}.")] = False,
) -> None:
    """Measure in a home of its own, on a PostgreSQL of its own, everything durable."""
    wanted = _parts(only)
    with bench_home(home.resolve(), people, console.print) as place:
        report = Report(about(place))
        report.rows += _measure(
            place, wanted, seconds=seconds, rounds=rounds, leaves=rows, again="import" in only
        )
    if markdown:
        rewrite(PAGE, report)
    if as_json:
        typer.echo(json.dumps(report.as_data(), ensure_ascii=False))
    else:
        Console(highlight=False).print(report.table())


def _measure(
    place: Place, wanted: frozenset[str], *, seconds: float, rounds: int, leaves: int, again: bool
) -> list[Row]:
    say = console.print
    loaded = register.load(place, say, again=again)
    asker = Asker(**json.loads(place.python("danso.config.bench", "enrol")))
    measured: list[Row] = []
    if wanted & {"verify", "batch"}:
        place.serve()
    if "verify" in wanted:
        measured += verifying.measure(place, asker, seconds=seconds, rounds=rounds, say=say)
    if "batch" in wanted:
        measured += batching.measure(place, asker, seconds=seconds, rounds=rounds, say=say)
    if wanted & {"seal", "proof"}:
        measured += journal.measure(
            place, asker, wanted=wanted, leaves=leaves, rounds=rounds, say=say
        )
    if "sign-in" in wanted:
        measured += signing_in.measure(place, seconds=seconds, rounds=rounds, say=say)
    measured += loaded if "import" in wanted else []
    measured += linking.measure(place, say) if "link" in wanted else []
    measured += filing.measure(place, say, seconds=seconds) if "desk" in wanted else []
    return measured + (reconciling.measure(place, say) if "reconcile" in wanted else [])


def _parts(only: str) -> frozenset[str]:
    named = {part.strip() for part in only.split(",") if part.strip()} or set(PARTS)
    if unknown := named - set(PARTS):
        raise InvalidValue(
            f"nothing is measured under the name {', '.join(sorted(unknown))}",
            code="bench_part",
            fix="Choose from: " + ", ".join(PARTS) + ".",
        )
    return frozenset(named)


def about(place: Place) -> dict[str, Any]:
    """On what it ran, and how busy that was before."""
    with place.connect() as connection:
        settings = {
            name: (connection.execute(f"SHOW {name}").fetchone() or ("?",))[0]
            for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        }
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "Command": "danso bench " + " ".join(_arguments(sys.argv[2:])),
        "Date": clock.now().astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Machine": f"{os.cpu_count()} cores ({machine.machine()}), {memory:.0f} GB of memory",
        "Load before": f"{os.getloadavg()[0]:.1f} (processes waiting or running)",
        "PostgreSQL": ", ".join(f"{name} {value}" for name, value in settings.items()),
        "danso": __version__,
        "People": f"{place.people:,}",
        "Load generator": loads.generator(),
    }


def _arguments(given: list[str]) -> list[str]:
    """As typed, without the home's path: that is this machine's own."""
    kept: list[str] = []
    skip = False
    for word in given:
        if not skip and word != "--home" and not word.startswith("--home="):
            kept.append(word)
        skip = word == "--home"
    return kept
