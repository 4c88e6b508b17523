"""`danso messages`: how messages to people leave this home, and what became of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from danso.config import message_homes
from danso.config.home import Home, default_home
from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, Message

app = typer.Typer(add_completion=False, no_args_is_help=True)
console = Console(stderr=True, highlight=False)
CONSOLE = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command("install")
def install(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A messages.toml.")],
) -> None:
    """Check messages.toml (SMS gateway, mail server, agencies' contacts) and put it, with the
    secrets beside it, into the home. Effective with the next message."""
    setup = message_homes.install(Home(default_home()), file)
    ways = [name for name, way in (("SMS", setup.sms), ("e-mail", setup.email)) if way is not None]
    console.print(f"Messages leave by {' and '.join(ways) or 'no way: both tables are missing'}.")


@app.command("list")
def list_messages(
    *, limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50, as_json: AsJson = False
) -> None:
    """The newest messages: what about, by which way, to whom (masked), what became of them. Words
    are shown in a demo home alone."""
    found = notices.newest_messages(limit=limit)
    if as_json:
        print(json.dumps([asdict(one) for one in found], default=str))
        return
    rows = [
        (str(one.key), f"{one.at:%Y-%m-%d %H:%M}", one.code, one.address, one.state, one.text)
        for one in found
    ]
    headings = ("key", "at", "about", "to", "state", "words")
    show_table(Console(highlight=False), headings, rows, whole=("key",))


@app.command("try-again")
def try_again(key: Annotated[UUID, typer.Argument(help="Its key: danso messages list.")]) -> None:
    """Have a message that waits sent at once."""
    notices.try_message_again(key, actor=CONSOLE)
    console.print("It is being sent.")


@app.command("test")
def send_test(
    address: Annotated[str, typer.Argument(help="A phone number or an e-mail address.")],
) -> None:
    """Send a message that says nothing, to see whether the way out works. The address leaves the
    home as soon as it is sent."""
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    message_homes.use_home()
    if not notices.can_reach(channel):
        raise InvalidValue(
            f"this home has no way out for {channel}",
            code="messages_no_way",
            fix="Describe one: docs/how-to/send-messages.md.",
        )
    words = "danso: tin nhan thu. Khong phai lam gi."
    key = notices.tell(Message(channel, address, "test", words, title="danso: tin nhắn thử"))
    notices.send_message(key)
    told = notices.get_message(key)
    console.print(f"{told.state} {told.fault}".strip())
