"""What the stand-in of the national service holds: people, changes, wanted changes. One file."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from danso.wire import keys

_HELD: Final = (
    "number",
    "old_number",
    "full_name",
    "birth",
    "sex",
    "ethnicity",
    "religion",
    "marital_status",
    "nationality",
    "commune",
    "hamlet",
    "address",
)


@dataclass
class Behaviour:
    """How it answers now. `mode`: up, down (503), fault, refuse (401), garbage, redirect, forget
    (its tokens, once), double (two people), shape, encoding, bytes, entities (national.bent)."""

    mode: str = "up"
    delay: float = 0.0
    # What becomes of a wanted change at once: wait, accept, refuse.
    requests: str = "wait"
    # Feed: positions kept back, everything told twice, newest first.
    held_back: list[int] = field(default_factory=list)
    twice: bool = False
    backwards: bool = False


@dataclass
class Register:
    """All of it. Every change is written to the file before it is answered, so a restart loses
    nothing."""

    file: Path
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    # MaYeuCau of every question that was answered: each is asked once.
    asked: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, file: Path) -> Register:
        if not file.exists():
            return cls(file)
        kept = json.loads(file.read_text(encoding="utf-8"))
        behaviour = Behaviour(**kept.pop("behaviour"))
        return cls(file, behaviour=behaviour, **kept)

    def save(self) -> None:
        """Write the file whole or not at all."""
        kept = {name: value for name, value in vars(self).items() if name != "file"}
        kept["behaviour"] = asdict(self.behaviour)
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        draft.replace(self.file)

    def load(self, people: Path) -> int:
        """Take in danso's own clean file of made-up people; returns how many."""
        for row in _rows(people):
            if row.get("number"):
                self.people[row["number"]] = {name: row.get(name, "") for name in _HELD}
        self.save()
        return len(self.people)

    def find(self, number: str, old: str, name: str, birth: str) -> dict[str, Any] | None:
        """Whoever has this number, this name and this birth date: all three, or nobody."""
        found = [self.people[number]] if number in self.people else []
        if old:
            found = [one for one in self.people.values() if one.get("old_number") == old]
        for one in found:
            same_name = keys.name_key(str(one["full_name"])) == keys.name_key(name)
            if same_name and str(one["birth"]) == birth:
                return one
        return None

    def emit(self, change: dict[str, Any]) -> int:
        """Make a change here and put it into the feed; returns its position."""
        made = {**change, "position": len(self.changes) + 1}
        self._carry_out(made)
        self.changes.append(made)
        self.save()
        return len(self.changes)

    def page(self, after: int, limit: int) -> list[dict[str, Any]]:
        """Changes after a position, as the present behaviour tells them."""
        how = self.behaviour
        told = [
            one for one in self.changes[max(0, after) :] if one["position"] not in how.held_back
        ]
        told = told[:limit]
        if how.twice:
            told = [*told, *told]
        return told[::-1] if how.backwards else told

    def ask(self, wanted: dict[str, Any]) -> str:
        """Take in a wanted change; the same request gets the same receipt."""
        known = self.requests.get(wanted["request"])
        if known is None:
            receipt = f"R-{len(self.requests) + 1:06}"
            known = {"receipt": receipt, "wanted": wanted, "state": "waiting", "text": ""}
            self.requests[wanted["request"]] = known
            if self.behaviour.requests != "wait":
                self.decide(receipt, accept=self.behaviour.requests == "accept")
            self.save()
        return str(known["receipt"])

    def decide(self, receipt: str, *, accept: bool, text: str = "") -> None:
        """Accept or refuse a wanted change; an accepted one comes with the feed."""
        one = self.of_receipt(receipt)
        one["state"], one["text"] = ("accepted" if accept else "refused"), text
        if accept:
            wanted = one["wanted"]
            values = wanted["proposed"]
            if not isinstance(values, dict):
                values = {wanted["field"]: values}
            change = {"kind": "corrected", "number": wanted["number"], "field": wanted["field"]}
            one["position"] = self.emit(change | {"values": values, "request": wanted["request"]})
        self.save()

    def of_receipt(self, receipt: str) -> dict[str, Any]:
        return next(one for one in self.requests.values() if one["receipt"] == receipt)

    def _carry_out(self, change: dict[str, Any]) -> None:
        number, values = change["number"], change.get("values", {})
        if change["kind"] == "entered":
            self.people[number] = dict.fromkeys(_HELD, "") | {"number": number} | values
        elif number in self.people:
            self.people[number] |= values


def _rows(people: Path) -> Iterator[dict[str, str]]:
    opener = gzip.open if people.suffix == ".gz" else open
    with opener(people, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
