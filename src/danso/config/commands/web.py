"""`danso web`: the pages' process."""

import os
import sys
from typing import Annotated, Final

import typer

from danso.config.boot import connect_home

app = typer.Typer(add_completion=False)
PROCESSES: Final = int(os.environ.get("DANSO_WEB_PROCESSES", "1"))


@app.command()
def serve(
    port: int = 8000,
    threads: Annotated[int, typer.Option(help="In each process.")] = 8,
    processes: Annotated[int, typer.Option(min=1, help="Each uses one core.")] = PROCESSES,
) -> None:
    """Serve the pages with gunicorn on loopback; TLS ends at the edge in front of it."""
    connect_home()
    arguments = [
        "--config=python:danso.config.web_server",
        f"--bind=127.0.0.1:{port}",
        f"--threads={threads}",
        f"--workers={processes}",
        "danso.config.wsgi:application",
    ]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "danso.config.settings",
        "DANSO_PROCESS": "web",
    }
    os.execve(sys.executable, [sys.executable, "-m", "gunicorn", *arguments], environment)
