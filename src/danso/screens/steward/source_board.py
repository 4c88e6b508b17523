"""The board of sources: what needs a look first, what was never loaded apart, and a choice by state
and owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from danso.catalogue.shapes.base import Words as Said
from danso.screens.steward.source_words import STATES, said
from danso.screens.steward.standing import SourceLine, State
from danso.toolkit.platform import province

STATE, OWNER = "tinh-trang", "chu-quan"
# What somebody should look at comes first.
ATTENTION: Final[tuple[State, ...]] = ("running", "stopped", "old", "loaded", "waiting")


@dataclass(frozen=True)
class SourceBoard:
    """All sources, and those that are asked for: `begun` were loaded once, or tried; `waiting`
    never. `state` and `owner` are what was chosen, empty where nothing was."""

    lines: tuple[SourceLine, ...]
    owners: Mapping[str, Said]
    state: str = ""
    owner: str = ""
    shown: tuple[SourceLine, ...] = field(init=False)

    def __post_init__(self) -> None:
        chosen = [
            line
            for line in self.lines
            if self.state in ("", line.state) and self.owner in ("", line.source.owner)
        ]
        chosen.sort(key=lambda line: (ATTENTION.index(line.state), line.source.due))
        object.__setattr__(self, "shown", tuple(chosen))

    @property
    def begun(self) -> list[SourceLine]:
        return [line for line in self.shown if line.state != "waiting"]

    @property
    def waiting(self) -> list[SourceLine]:
        return [line for line in self.shown if line.state == "waiting"]

    @property
    def is_narrowed(self) -> bool:
        """Whether somebody chose at all."""
        return bool(self.state or self.owner)

    @property
    def query(self) -> str:
        """What was chosen, for an address; nothing where nothing was."""
        chosen = {name: value for name, value in self._chosen() if value}
        return f"?{urlencode(chosen)}" if chosen else ""

    def _chosen(self) -> Iterable[tuple[str, str]]:
        return ((STATE, self.state), (OWNER, self.owner))

    @property
    def state_choices(self) -> list[tuple[str, str]]:
        """The states that there are, with how many are in each."""
        counts = Counter(line.state for line in self.lines)
        return [(one, f"{STATES[one][0]} ({counts[one]})") for one in ATTENTION if counts[one]]

    @property
    def owner_choices(self) -> list[tuple[str, str]]:
        """The owners by name, with how many sources each keeps."""
        counts = Counter(line.source.owner for line in self.lines)
        names = {line.source.owner: said(self.owners[line.source.code]) for line in self.lines}
        told = [(code, f"{name} ({counts[code]})") for code, name in names.items()]
        return sorted(told, key=lambda choice: choice[1])


def board_of(lines: Iterable[SourceLine], asked: Mapping[str, str]) -> SourceBoard:
    """The board as asked for; a state or an owner that there is not counts as none."""
    found = tuple(lines)
    owners = {line.source.code: province().owner(line.source) for line in found}
    state, owner = asked.get(STATE, ""), asked.get(OWNER, "")
    return SourceBoard(
        lines=found,
        owners=owners,
        state=state if state in ATTENTION else "",
        owner=owner if owner in {line.source.owner for line in found} else "",
    )
