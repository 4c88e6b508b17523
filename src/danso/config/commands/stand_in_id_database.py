"""`danso stand-in-id-database`: a made-up ID database to try level 2 against."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from danso.config.stand_ins.id_database import IdDatabase, stand_in

app = typer.Typer(add_completion=False)
KEPT_AS = "id-database-secret"


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="Its secret lies here.")],
    *,
    port: Annotated[int, typer.Option(help="On loopback.")] = 8031,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="Whoever it does not hold matches any picture.")
    ] = False,
) -> None:
    """Run until stopped. Start a home with DANSO_ID_DATABASE and its secret to connect it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / KEPT_AS
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(24))
    service = IdDatabase(path.read_text().strip(), everyone=everyone)
    typer.echo(f"A stand-in of the ID database at http://127.0.0.1:{port}; Ctrl-C stops it.")
    typer.echo(
        f"DANSO_ID_DATABASE=http://127.0.0.1:{port} "
        f"DANSO_SECRET_ID_DATABASE_SECRET_FILE={path.resolve()} danso up"
    )
    uvicorn.run(stand_in(service), host="127.0.0.1", port=port, log_level="warning")
