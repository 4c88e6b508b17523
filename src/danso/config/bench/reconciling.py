"""The old portals' accounts: `danso identity reconcile`, and whether what came out is true."""

from __future__ import annotations

import csv
import json
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Final

from danso.config.bench import cost
from danso.config.bench.place import Place, Say, read_json
from danso.config.bench.register import make_file
from danso.config.bench.report import Aim, Row
from danso.kernel import clock

# Issue 4, section 2: a million in three minutes.
AIM_SECONDS: Final = 180.0
AT_ROWS: Final = 1_000_000
SHARE: Final = 0.27


def measure(place: Place, say: Say) -> list[Row]:
    """Once, into a register that has met none of them; then the same file again."""
    folder, rows = _accounts(place, say)
    report = place.folder / "reconciled.csv"
    _forget(place)
    say(f"Reconciling {rows:,} old accounts with {place.people:,} people …")
    before = cost.read(place)
    began = time.perf_counter()
    place.danso("identity", "reconcile", str(folder / "accounts.csv"), "--report", str(report),
                "--json")  # fmt: skip
    seconds = time.perf_counter() - began
    spent = sum(cost.since(before, cost.read(place)).values())
    wrong, missed, told = _judged(folder / "truth.csv", report)
    say("The same file again …")
    began = time.perf_counter()
    place.danso("identity", "reconcile", str(folder / "accounts.csv"), "--report", str(report),
                "--json")  # fmt: skip
    again = time.perf_counter() - began
    aim = Aim(AIM_SECONDS, "under") if rows >= AT_ROWS else None
    how = ", ".join(f"{state} {n:,}" for state, n in sorted(told.items()))
    return [
        Row("reconcile.seconds", f"Reconciling {rows:,} old accounts", seconds, "s", aim,
            note=f"CSV; everybody journaled; report written; {how}; processor time {spent:.0f} s"),
        Row("reconcile.rate", "Reconciling, accounts a second", rows / seconds, "rows/s"),
        Row("reconcile.wrong", "Linked against the truth", float(wrong), "rows", Aim(1, "under")),
        Row("reconcile.missed", "Not linked against the truth", float(missed), "rows",
            Aim(1, "under")),
        Row("reconcile.again", "The same file again", again, "s"),
    ]  # fmt: skip


def _accounts(place: Place, say: Say) -> tuple[Path, int]:
    people = make_file(place, say).parents[1]
    folder = place.folder / "portal-accounts"
    rows = min(AT_ROWS, round(place.people * SHARE))
    made = read_json(folder / "manifest.json")
    # The truth is a day's: children turn 14.
    if (made.get("rows"), made.get("on")) != (rows, clock.today().isoformat()):
        shutil.rmtree(folder, ignore_errors=True)
        say(f"Making {rows:,} old accounts …")
        place.danso("synth-portals", str(people), str(folder), f"--rows={rows}", "--json")
    return folder, rows


def _forget(place: Place) -> None:
    with place.connect() as connection:
        connection.execute(
            "TRUNCATE identity_portal_account, identity_reconciliation, identity_reconciled_chunk"
        )


def _judged(truth: Path, report: Path) -> tuple[int, int, dict[str, int]]:
    """Linked that should not be; not linked that should; and how many came out how."""
    wrong = missed = 0
    told: Counter[str] = Counter()
    with truth.open(encoding="utf-8") as right, report.open(encoding="utf-8-sig") as said:
        for true, one in zip(csv.DictReader(right), csv.DictReader(said), strict=True):
            told[one["outcome"]] += 1
            is_linked = one["outcome"] in ("linked", "confirmed")
            wrong += is_linked and true["outcome"] not in ("linked", "open?")
            missed += not is_linked and true["outcome"] == "linked"
    return wrong, missed, json.loads(json.dumps(told))
