"""`danso verify`: ask the real gateway about one person, as a partner does."""

from __future__ import annotations

import os
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from danso.client import Danso, Refused, Unreachable, Who, Why
from danso.config.home import Home, default_home
from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError, InvalidValue, NotFound, Unavailable
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import Service
from danso.wire.answers import VerifyAnswer

app = typer.Typer(add_completion=False)

# The exit code tells a script what the answer was: a mismatch is no failure of the command.
MISMATCH = 3


@app.command(
    epilog="Example: danso verify 099171000123 'Nguyễn Văn An' 1971-02-03 --partner PARTNER"
)
def verify(  # noqa: PLR0913 - each is an option of the command
    number: Annotated[str, typer.Argument(help="12 digits.")],
    full_name: Annotated[str, typer.Argument(help="Birth name, in quotes.")],
    birth: Annotated[str, typer.Argument(help="1971-02-03, 03/02/1971, 1971.")],
    partner: Annotated[str, typer.Option(help="As which partner (its key is in this home).")],
    purpose: Annotated[str, typer.Option(help="Default: of its first agreement.")] = "",
    procedure: Annotated[str, typer.Option(help="Procedure code for the journal.")] = "cli",
    file_code: Annotated[str, typer.Option("--file", help="File code for the journal.")] = "cli",
    officer: Annotated[str, typer.Option(help="Officer code for the journal.")] = "console",
    consent: Annotated[str, typer.Option(help="Reference of the holder's consent.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Match or not, with the reason and what to do next. Exit code 3 unless all matches."""
    home = Home(default_home())
    why = Why(
        purpose=purpose or _first_purpose(partner),
        procedure=procedure,
        file_code=file_code,
        officer=officer,
        consent=consent,
    )
    who = Who(number=number, full_name=full_name, birth=PartialDate.parse(birth).iso)
    answer = _ask(home, partner, why, who)
    if as_json:
        typer.echo(msgspec.json.encode(answer).decode())
    else:
        _show(answer)
    raise typer.Exit(0 if answer.result == "match" else MISMATCH)


def _ask(home: Home, partner: str, why: Why, who: Who) -> VerifyAnswer:
    key = home.secrets / "partners" / f"{partner}.jwk"
    if not key.exists():
        raise InvalidValue(
            f"this home holds no key of {partner}",
            code="partner_key_missing",
            fix="Make the partner here with `danso partner create`, or name one of `danso status`.",
        )
    try:
        with Danso(_gateway_url(home), partner=partner, key=key) as danso:
            return danso.verify(why, who)
    except Refused as refused:
        said = f"{refused.title}: {refused.detail}" if refused.detail else refused.title
        raise DansoError(said, code=refused.code, fix=refused.fix) from refused
    except Unreachable as unreachable:
        raise Unavailable(
            str(unreachable), code="gateway_down", fix="See what is missing with `danso status`."
        ) from unreachable


def _gateway_url(home: Home) -> str:
    named = os.environ.get("DANSO_GATEWAY_URL")
    if named:
        return named
    port_file = home.run / "port"
    port = int(port_file.read_text()) if port_file.exists() else 8000
    return f"http://127.0.0.1:{port + 1}"


def _first_purpose(partner: str) -> str:
    now = clock.now()
    if partner not in {one.code for one in exchange.partners()}:
        raise NotFound(
            f"there is no partner {partner}",
            code="partner_unknown",
            fix="See them with `danso partner list`.",
        )
    for agreement in exchange.agreements(partner):
        terms = agreement.terms
        if terms.service is Service.VERIFY and not agreement.revoked_at and now < terms.until:
            return terms.purpose
    raise InvalidValue(
        f"{partner} has no agreement to verify",
        code="not_agreed",
        fix="Give it one with `danso partner agree`.",
    )


def _show(answer: VerifyAnswer) -> None:
    console = Console(highlight=False)
    style = "green" if answer.result == "match" else "bold red"
    console.print(f"{answer.result} ({answer.code}): {answer.reason.vi}", style=style)
    for name, field in answer.fields.items():
        doubted = " (doubted by the register)" if field.doubted else ""
        console.print(f"  {name:16} {field.result:13} {field.code}{doubted}")
    if answer.next is not None:
        console.print(f"  {answer.next.vi}", soft_wrap=True)
        console.print(f"  {answer.next.en}", soft_wrap=True)
