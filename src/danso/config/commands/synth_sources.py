"""`danso synth-sources`: each connected source as its owner would keep it, the truth apart."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from danso import catalogue
from danso.config.commands.catalogue import province_folder
from danso.modules.sources.engine.synth.register import read_register
from danso.modules.sources.engine.synth.write import MANIFEST, SourceWriter, Wish

app = typer.Typer(add_completion=False)
console = Console(stderr=True, highlight=False)


@app.command(epilog="Example: danso synth-sources out sources-out --share 0.27 --seed 1")
def synth_sources(  # noqa: PLR0913 - one argument for each option
    people: Annotated[Path, typer.Argument(metavar="PROVINCE_DIR", help="What danso synth wrote.")],
    folder: Annotated[Path, typer.Argument(metavar="OUT_DIR", help="A new or empty folder.")],
    *,
    source: Annotated[
        list[str] | None, typer.Option(help="This source only (again for more).")
    ] = None,
    rows: Annotated[int | None, typer.Option(help="Records of each source.")] = None,
    share: Annotated[float, typer.Option(help="Records as a share of the people.")] = 0.27,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    province: Annotated[Path | None, typer.Option(help="The province's folder.")] = None,
    bare: Annotated[bool, typer.Option("--bare", help="Also a bare CSV of each.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Make connected sources of a synthetic province: SOURCE/, truth/ and manifest.json.

    Faults come at the rates of real files; truth/ says of each record whom it means and why not.
    """
    wish = Wish(share=share, rows=rows, seed=seed, bare=bare)
    known = catalogue.load(province_folder(province))
    chosen = [known.source(code) for code in dict.fromkeys(source or known.sources)]
    started = time.monotonic()
    register = read_register(people, prefix=known.numbers.synthetic_prefix)
    writer = SourceWriter(known, register, folder, wish)
    with console.status("writing", spinner="line") as status:
        manifest = writer.write(chosen, lambda code: status.update(f"{code} is written"))
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), **manifest}, ensure_ascii=False))
        return
    taken = time.monotonic() - started
    made: Any = manifest["sources"]
    total = sum(one["rows"] for one in made.values())
    console.print(
        f"{len(chosen)} sources, {total:,} records in {folder} ({taken:.1f} s). See {MANIFEST}."
    )
