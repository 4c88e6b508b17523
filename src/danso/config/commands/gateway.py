"""`danso gateway`: the machine-to-machine process, by itself (the supervisor starts the same)."""

import os
import sys

import typer

app = typer.Typer(add_completion=False)


@app.command()
def serve() -> None:
    """Serve partners. Needs DANSO_GATEWAY_DSN, DANSO_GATEWAY_PORT and DANSO_TOKEN_KEY."""
    os.execv(sys.executable, [sys.executable, "-m", "danso.gateway"])
