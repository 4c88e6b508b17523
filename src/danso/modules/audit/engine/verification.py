"""Walks the whole journal in order and says what is wrong with it: altered, removed, reordered,
back-dated or added rows, heads that don't fit, months that vanished without a word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from danso.wire.head import SignedHead
from danso.wire.leaf import SALT_BYTES, entry_leaf
from danso.wire.merkle import Frontier

# An entry says when it was written; a transaction may be long, a clock a little off.
MAY_WAIT = 86_400
MAY_RUN_AHEAD = 300
KEPT_FINDINGS = 200


class Row(NamedTuple):
    """One position as stored. `leaf` is None for an entry that no leaf stands for; `salt` and
    `entry` are None once destroyed."""

    position: int
    second: int
    leaf: bytes | None
    entry_second: int | None = None
    kind: int | None = None
    subject: str | None = None
    salt: bytes | None = None
    entry: str | None = None


class Finding(NamedTuple):
    """What is wrong, and where it begins."""

    code: str
    position: int
    message: str


@dataclass
class _Month:
    first: int
    last: int
    missing: int = 0
    present: int = 0


@dataclass
class Verification:
    """Feed rows in order of position, then `finish`. `is_signed` checks a head's signature."""

    heads: list[SignedHead]
    is_signed: Callable[[SignedHead], bool]
    origin: str
    frontier: Frontier = field(default_factory=Frontier)
    findings: list[Finding] = field(default_factory=list)
    count: int = 0
    destroyed: int = 0
    heads_checked: int = 0
    _second: int = 0
    _is_whole: bool = True
    _due: list[SignedHead] = field(default_factory=list)
    _floor: int = 0
    _months: dict[str, _Month] = field(default_factory=dict)
    _announced: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for signed in self.heads:
            if signed.head.origin != self.origin:
                self._find("other_journal", 0, f"a head belongs to {signed.head.origin}")
            elif not self.is_signed(signed):
                text = f"the head of {signed.head.at.isoformat()} is not signed by a known key"
                self._find("head_unsigned", signed.head.size, text)
            else:
                self._due.append(signed)
        self._due.sort(key=lambda signed: signed.head.size, reverse=True)
        self._meet_heads()

    def feed(self, rows: Iterable[Row]) -> None:
        """The next rows."""
        for row in rows:
            if self._is_in_order(row):
                self._take(row)

    def finish(self, size: int) -> bytes | None:
        """The root, or None where rows are missing. `size`: what the journal says it has."""
        expected = self.frontier.size
        if expected < size:
            self._find("removed", expected, f"positions {expected} to {size - 1} are missing")
        for signed in self._due:
            if signed.head.size > expected:
                stamp = signed.head.at.isoformat()
                text = f"the head of {stamp} has {signed.head.size} leaves, here are {expected}"
                self._find("removed", expected, text)
        self._settle_months()
        return self.frontier.root() if self._is_whole else None

    def _is_in_order(self, row: Row) -> bool:
        expected = self.frontier.size
        if row.leaf is None:
            self._find("added", row.position, "an entry that no leaf stands for")
            return False
        if row.position < expected:
            self._find("reordered", row.position, "this position comes twice or out of order")
            return False
        if row.position > expected:
            text = f"positions {expected} to {row.position - 1} are missing"
            self._find("removed", expected, text)
            # Nothing can be said about roots from here on; the other checks go on.
            self._is_whole = False
            self.frontier.size = row.position
        return True

    def _take(self, row: Row) -> None:
        self.count += 1
        if row.second < max(self._second, self._floor):
            self._find("back_dated", row.position, "sealed before the entry or the head before it")
        self._second = max(self._second, row.second)
        self._check_entry(row)
        if row.leaf is not None:
            if self._is_whole:
                self.frontier.append(row.leaf)
            else:
                self.frontier.size += 1
        self._meet_heads()

    def _check_entry(self, row: Row) -> None:
        month = self._month(row)
        if row.salt is None or row.entry is None:
            month.missing += 1
            return
        month.present += 1
        if row.entry_second is not None and row.entry_second != row.second:
            self._find("back_dated", row.position, "entry and leaf name different seconds")
        is_salt = len(row.salt) == SALT_BYTES
        if not is_salt or row.leaf != entry_leaf(
            row.position, row.second, row.salt, row.entry.encode()
        ):
            self._find("altered", row.position, "the entry is not the one that was sealed here")
            return
        self._check_body(row, json.loads(row.entry))

    def _check_body(self, row: Row, body: dict[str, Any]) -> None:
        kind = 2 if "event" in body else 1
        if row.kind is not None and row.kind != kind:
            self._find("misfiled", row.position, "the row's kind is not the entry's")
        if row.kind == 1 and row.subject != body.get("subject"):
            self._find("misfiled", row.position, "the row is filed under another person")
        waited = row.second - _written(body.get("at"), row.second)
        if waited > MAY_WAIT:
            self._find("back_dated", row.position, f"sealed {waited} s after it says it was made")
        if waited < -MAY_RUN_AHEAD:
            self._find("post_dated", row.position, f"sealed {-waited} s before it says it was made")
        if body.get("action") == "journal.month_destroyed":
            detail = body["detail"]
            if detail["first"] is not None:
                self._announced[detail["month"]] = (detail["first"], detail["last"])

    def _meet_heads(self) -> None:
        """Compare with every head of just this size."""
        while self._due and self._due[-1].head.size <= self.frontier.size:
            head = self._due.pop().head
            if head.size < self.frontier.size:
                continue  # its end lies in a gap that is reported already
            self.heads_checked += 1
            at = int(head.at.timestamp())
            if self._second > at:
                self._find("back_dated", head.size, "a head older than the entries it covers")
            self._floor = max(self._floor, at)
            if self._is_whole and self.frontier.root() != head.root:
                text = f"the root differs from the head signed at {head.at.isoformat()}"
                self._find("rewritten", head.size, text)

    def _month(self, row: Row) -> _Month:
        name = datetime.fromtimestamp(row.second, UTC).strftime("%Y%m")
        month = self._months.setdefault(name, _Month(row.position, row.position))
        month.last = row.position
        return month

    def _settle_months(self) -> None:
        """Entries may be missing by whole months only, and only where the journal says so."""
        for name, month in self._months.items():
            if not month.missing:
                continue
            first, last = self._announced.get(name, (0, -1))
            if month.present or not (first <= month.first and month.last <= last):
                text = (
                    f"{month.missing} entries of month {name} are gone without a journaled reason"
                )
                self._find("removed", month.first, text)
            else:
                self.destroyed += month.missing

    def _find(self, code: str, position: int, message: str) -> None:
        if len(self.findings) < KEPT_FINDINGS:
            self.findings.append(Finding(code, position, message))


def _written(stamp: object, otherwise: int) -> int:
    try:
        return int(datetime.fromisoformat(str(stamp)).timestamp())
    except ValueError:
        return otherwise
