"""`danso stand-in`: a national population service to try a copy or an absent register against."""

from __future__ import annotations

import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from danso.config.stand_ins.national import NationalService, stand_in
from danso.config.stand_ins.register import Register
from danso.wire.upstream.setup import FILE, SECRET_FILE, read_setup

app = typer.Typer(add_completion=False)
# Codes and paths are those of public clients where they show any, else made up.
SETTINGS = """# Written by `danso stand-in`: made-up people, never the national service.
{road}[service]
address = "http://127.0.0.1:{port}"
verify = "/ndxp/XacThucThongTinCongDan"
look_up = "/ndxp/TraCuuThongTinCongDan"
{token}changes = "/danso/changes"
requests = "/danso/requests"
timeout = 5.0

[caller]
account = "danso"
agency = "000.00.00.STAND-IN"
officer = "stand-in-officer"

[codes]
verify = "033"
look_up = "037"
check_procedure = "0.000000"

{axis}[pace]
pause = 2.0
answers = 5.0
"""
AXIS = """[lgsp]
access_key = "stand-in-key"
app = "danso"
partner = "000.00.00.STAND-IN"
partner_customer = "000.00.00.STAND-IN"

"""


class Road(StrEnum):
    """How it is reached."""

    DIRECT = "direct"
    NDXP = "ndxp"


def settings_text(port: int, road: Road = Road.DIRECT) -> str:
    """The upstream.toml of a stand-in."""
    over_axis = road is Road.NDXP
    return SETTINGS.format(
        port=port,
        road='road = "ndxp"\n' if over_axis else "",
        token='token = "/lgsp/token"\n' if over_axis else "",
        axis=AXIS if over_axis else "",
    )


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="Its settings, secret and state lie here.")],
    *,
    port: Annotated[int, typer.Option(help="On loopback.")] = 8009,
    people: Annotated[
        Path | None, typer.Option(help="Made-up people: danso's own clean file.")
    ] = None,
    road: Annotated[Road, typer.Option(help="ndxp: as over a province's sharing axis.")] = (
        Road.DIRECT
    ),
) -> None:
    """Run until stopped. `danso up --upstream FOLDER/upstream.toml` connects a home to it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / FILE).exists():
        (folder / FILE).write_text(settings_text(port, road))
    if not (folder / SECRET_FILE).exists():
        descriptor = os.open(folder / SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(24))
    register = Register.open(folder / "state.json")
    if people is not None:
        typer.echo(f"{register.load(people):,} made-up people")
    setup = read_setup((folder / FILE).read_text())
    service = NationalService(setup, (folder / SECRET_FILE).read_text(), register)
    typer.echo(f"A stand-in of the national service at {setup.service.address}; Ctrl-C stops it.")
    uvicorn.run(stand_in(service), host="127.0.0.1", port=port, log_level="warning")
