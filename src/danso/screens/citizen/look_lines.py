"""Entries as lines in the reader's words, and the lines of one day that belong together folded into
one: a complaint alone leaves eight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from danso.kernel import clock
from danso.modules.audit.data import Look
from danso.screens.citizen import look_words, words

# Steps of one matter, where no file says so.
MATTERS: Final = ("rights.complaint_", "rights.request_", "rights.copy_", "eid.assisted_")
# What went otherwise than well stands alone: nobody should have to unfold it.
TELLING: Final = ("bad", "warn")


@dataclass(frozen=True, slots=True)
class LookLine:
    """One entry in words. `outcome` is empty where the deed says it all."""

    look: Look
    body: str
    deed: str
    purpose: str
    outcome: str
    tone: str
    fields: tuple[str, ...]
    system: str

    @property
    def day(self) -> date:
        """The day in Vietnam."""
        return clock.local(self.look.at).date()

    @property
    def matter(self) -> str:
        """What it belongs to: a file, the steps of one matter, else itself and its like."""
        if self.tone in TELLING:
            return self.look.reference
        action = self.look.action
        family = next((start for start in MATTERS if action.startswith(start)), action)
        return self.look.file_code or family


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines of one day, body, purpose and matter, the newest first; never empty."""

    lines: tuple[LookLine, ...]

    @property
    def newest(self) -> LookLine:
        """Whose words stand for all."""
        return self.lines[0]

    @property
    def deeds(self) -> list[tuple[str, int]]:
        """What was done, with how many times."""
        return list(Counter(one.deed for one in self.lines).items())

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """What came of it, where that says more than the deeds, with tones."""
        return list(dict.fromkeys((one.outcome, one.tone) for one in self.lines if one.outcome))


def line_of(look: Look, mine: str, names: Mapping[str, str] = look_words.NOBODY) -> LookLine:
    """An entry in the reader's words; `names` are those whom they mandated."""
    outcome, tone = look_words.outcome_text(look.outcome)
    return LookLine(
        look=look,
        body=look_words.body_text(look.actor, mine=mine, names=names),
        deed=look_words.deed_text(
            look.action, by_other=bool(look.actor.behalf) and look.actor.id != mine
        ),
        purpose=look_words.purpose_text(look.purpose) if look.purpose else "",
        outcome=outcome,
        tone=tone,
        fields=tuple(words.field_name(code) for code in look.fields),
        system=look_words.system_text(look.actor),
    )


def folds_by_day(lines: Iterable[LookLine]) -> list[tuple[date, list[Fold]]]:
    """Days in the order given, each with its folds in the order of their newest lines."""
    return [(day, _folds(group)) for day, group in groupby(lines, lambda one: one.day)]


def _folds(lines: Iterable[LookLine]) -> list[Fold]:
    grouped: dict[tuple[str, str, str], list[LookLine]] = {}
    for one in lines:
        grouped.setdefault((one.body, one.purpose, one.matter), []).append(one)
    return [Fold(tuple(group)) for group in grouped.values()]
