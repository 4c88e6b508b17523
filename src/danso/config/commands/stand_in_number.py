"""`danso stand-in-number`: a made-up national number service to try births against."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from danso.catalogue import load
from danso.config.commands.catalogue import province_folder
from danso.config.stand_ins.number import Mode, NumberService, stand_in

app = typer.Typer(add_completion=False)
KEPT_AS = "number-service-secret"


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="Its secret lies here.")],
    *,
    port: Annotated[int, typer.Option(help="On loopback.")] = 8032,
    prefix: Annotated[
        str, typer.Option(help="Place of registration; without one that of made-up people.")
    ] = "",
    mode: Annotated[Mode, typer.Option(help="How it behaves at first.")] = Mode.NOW,
) -> None:
    """Run until stopped. Start a home with DANSO_NUMBER_SERVICE and its secret to connect it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / KEPT_AS
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(24))
    numbers_from = prefix or load(province_folder(None)).numbers.synthetic_prefix
    service = NumberService(path.read_text().strip(), prefix=numbers_from, mode=mode)
    typer.echo(f"A stand-in of the number service at http://127.0.0.1:{port}; Ctrl-C stops it.")
    typer.echo(
        f"DANSO_NUMBER_SERVICE=http://127.0.0.1:{port} "
        f"DANSO_SECRET_NUMBER_SERVICE_SECRET_FILE={path.resolve()} danso up --register=copy"
    )
    uvicorn.run(stand_in(service), host="127.0.0.1", port=port, log_level="warning")
