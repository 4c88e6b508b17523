"""`danso web`: the pages' process."""

import os
import sys

import typer

from danso.config.boot import connect_home

app = typer.Typer(add_completion=False)


@app.command()
def serve(port: int = 8000, threads: int = 8) -> None:
    """Serve the pages with gunicorn on loopback; TLS ends at the edge in front of it."""
    connect_home()
    arguments = [
        "--config=python:danso.config.web_server",
        f"--bind=127.0.0.1:{port}",
        f"--threads={threads}",
        "danso.config.wsgi:application",
    ]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "danso.config.settings",
        "DANSO_PROCESS": "web",
    }
    os.execve(sys.executable, [sys.executable, "-m", "gunicorn", *arguments], environment)
