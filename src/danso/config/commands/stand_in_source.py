"""`danso stand-in-source`: a service with pages of JSON to try a connected source against."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from danso.config.stand_ins.rest_source import ACCOUNT, ROWS, RestSource, stand_in
from danso.config.stand_ins.roads import Road, settings

app = typer.Typer(add_completion=False)
SECRET_FILE = "source-secret"  # noqa: S105 - where it lies, not what it is


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="Its rows.jsonl and its secret lie here.")],
    *,
    port: Annotated[int, typer.Option(help="On loopback.")] = 8019,
    changed: Annotated[str, typer.Option(help="The member that says when a row changed.")],
    page_size: Annotated[int, typer.Option(help="Rows a page.", min=1)] = 100,
    road: Annotated[Road, typer.Option(help="How it is reached; ndop is made up.")] = Road.OWN,
) -> None:
    """Run until stopped. Pages are at /rows, tokens at /token."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ROWS).touch()
    if not (folder / SECRET_FILE).exists():
        descriptor = os.open(folder / SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(24))
    secret = (folder / SECRET_FILE).read_text()
    service = RestSource(folder, secret, changed, page_size, road=road)
    typer.echo(f"A stand-in of a source at http://127.0.0.1:{port}/rows, account {ACCOUNT}.")
    if told := settings(road):
        typer.echo(told)
    uvicorn.run(stand_in(service), host="127.0.0.1", port=port, log_level="warning")
