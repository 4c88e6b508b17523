"""The page of every command, made from the program's own help.

python -m tools.command_reference        (writes docs/reference/commands.md)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from typer.main import get_command

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "commands.md"
HEAD = """\
# Commands

Generated from the program's own help by `python -m tools.command_reference`.

Every command takes `-h`. `danso --home FOLDER COMMAND` works on another home than `DANSO_HOME` or
`.danso`. Exit codes: 0 done; 1 refused or found wrong; 2 called wrongly; 3 `verify` did not match.
"""

HIDDEN = """\
## What danso starts itself, and what is for trying

`danso --help` leaves these out: `danso up` starts the processes, each with rights of its own.
"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danso.config.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The whole page; Django must stand."""
    # Its import reads settings, which only stand by now.
    from danso.config.main import COMMANDS  # noqa: PLC0415

    parts = [HEAD]
    # The hidden ones last: what danso starts itself stands in a section of its own.
    for name, command in sorted(COMMANDS.items(), key=lambda item: item[1].hidden):
        if command.hidden and HIDDEN not in parts:
            parts.append(HIDDEN)
        found: Any = get_command(import_module(command.module).app)
        parts.append(f"##{'#' * command.hidden} danso {name}\n\n{command.help}\n")
        parts.append("\n".join(_lines(f"danso {name}", found)) + "\n")
    return "\n".join(parts)


def _lines(path: str, command: Any) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is not None:
        for name, one in inner.items():
            yield from _lines(f"{path} {name}", one)
        return
    takes = [one for one in command.params if one.param_type_name == "argument"]
    words = [_word(one) for one in takes]
    yield f"- `{' '.join([path, *words])}`: {_one_line(command.help)}"
    if command.epilog:
        _, _, example = command.epilog.partition(": ")
        yield f"    - for example `{example}`"
    for option in command.params:
        if option.param_type_name == "option" and "--help" not in option.opts and not option.hidden:
            said = ", ".join(f"`{one}`" for one in (*option.opts, *option.secondary_opts))
            must = " (required)" if option.required else ""
            yield f"    - {said}{must}: {_one_line(option.help)}"


def _word(argument: Any) -> str:
    word = str(argument.metavar or argument.name).strip("[]{}").upper()
    return word if argument.required else f"[{word}]"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    main()
