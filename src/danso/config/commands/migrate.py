"""`danso migrate`: bring the tables up to date, as the owner role."""

import typer
from django.core.management import call_command

app = typer.Typer(add_completion=False)


@app.command()
def migrate() -> None:
    """Apply every migration that this danso knows and the database lacks."""
    call_command("migrate", interactive=False, verbosity=0)
