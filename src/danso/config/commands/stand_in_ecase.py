"""`danso stand-in-ecase`: a court's case management to try the courts' connection with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from danso.client import Court, Danso
from danso.config.stand_ins.ecase import NOTICE, ECases, stand_in

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="Its cases and their papers lie here.")],
    *,
    gateway: Annotated[str, typer.Option(help="Address of the gateway.")],
    partner: Annotated[str, typer.Option(help="The court's code as a partner.")],
    key: Annotated[Path, typer.Option(help="The court's private key (JWK).")],
    purpose: Annotated[str, typer.Option(help="The purpose of its agreements.")],
    port: Annotated[int, typer.Option(help="On loopback.")] = 8021,
) -> None:
    """Run until stopped: pages at /, cases at /cases. The journal's keys it trusts: keys.txt."""
    folder.mkdir(parents=True, exist_ok=True)
    with Danso(gateway, partner=partner, key=key) as danso:
        cases = ECases(folder, Court(danso), purpose)
        typer.echo(f"{NOTICE} http://127.0.0.1:{port}/")
        uvicorn.run(stand_in(cases), host="127.0.0.1", port=port, log_level="warning")
