"""`danso bench` at a small size: every figure is there. How fast it is, no test asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from danso.config.bench.loads import CONNECTIONS
from danso.config.bench.report import BEGIN, END, Aim, Report, Row, rewrite
from danso.config.postgres import Cluster
from danso.kernel.errors import InvalidValue

DATA = "verify,batch,seal,proof,import,link"
ALL_CODES = [
    "verify.rate",
    "verify.p50",
    "verify.p99",
    "verify.together",
    "pgbench.rate",
    "coalesced.rate",
    "orm.rate",
    "verify.over_pgbench",
    "verify.over_coalesced",
    "verify.over_orm",
    "cost.verify",
    "cost.pgbench",
    "cost.coalesced",
    "cost.orm",
    "batch.burst",
    "batch.sustained",
    "batch.backlog",
    "batch.unsealed",
    "cost.batch",
    "seal.rate",
    "proof.p50",
    "proof.p99",
    "import.seconds",
    "import.rate",
    "copy.seconds",
    "import.over_copy",
    "copy.indexed",
    "import.over_indexed",
]


def bench(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    hidden = ("DANSO_", "DJANGO_", "PYTEST")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return subprocess.run(
        [sys.executable, "-m", "danso.config.main", "bench", f"--home={home}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=kept,
    )


@pytest.mark.timeout(300)
def test_a_small_run_measures_data(tmp_path: Path) -> None:
    home = tmp_path / "bench"
    try:
        done = bench(
            home,
            "--people=2000",
            "--seconds=1",
            "--rounds=1",
            "--rows=30000",
            f"--only={DATA}",
            "--json",
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        other = bench(home, "--people=3000", "--only=seal")
    finally:
        Cluster(home / "postgres", "").remove()
    rows = {row["code"]: row for row in found["rows"]}
    matching = {code for code in rows if code.startswith(("link.", "plain.", "exact."))}
    assert [code for code in rows if code not in matching] == ALL_CODES
    wrong = {f"{way}.{what}" for way in ("link", "plain", "exact") for what in ("wrong", "missed")}
    assert wrong | {"link.seconds", "link.memory", "link.clerk", "link.no_number"} <= matching
    assert rows["link.missed"]["value"] < rows["exact.missed"]["value"]
    # A backlog may have been sealed between two looks; everything else takes some time.
    nothing = [code for code in ALL_CODES if rows[code]["value"] <= 0]
    assert nothing in ([], ["batch.unsealed"])
    assert "fsync on, synchronous_commit on" in found["about"]["PostgreSQL"]
    assert str(home) not in done.stdout
    assert 1 <= rows["verify.together"]["value"] <= CONNECTIONS
    assert "30,000" in rows["proof.p50"]["what"]
    assert other.returncode == 1
    assert "made for 2,000 people" in other.stderr


def test_a_part_that_is_not_measured_is_refused(tmp_path: Path) -> None:
    done = bench(tmp_path / "bench", "--only=speed")
    assert done.returncode == 1
    assert "verify, batch, seal, proof, import" in done.stderr
    assert not (tmp_path / "bench").exists()


def test_the_page_keeps_its_words_and_takes_the_figures(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"Before\n{BEGIN}\nold\n{END}\nAfter\n")
    row = Row("a", "Fast \\1", 1234.5, "requests/s", Aim(2000.0), (1.0, 2.0), "how")
    rewrite(page, Report({"Date": "today"}, [row]))
    text = page.read_text()
    assert text.startswith("Before\n")
    assert text.endswith("After\n")
    assert "old" not in text
    assert "- Date: today" in text
    assert "| Fast \\1 | 1,234 requests/s | at least 2,000 requests/s | missed by 38% | how" in text


def test_a_page_without_a_place_for_the_table_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("Words only\n")
    with pytest.raises(InvalidValue):
        rewrite(page, Report({}, []))
    assert page.read_text() == "Words only\n"


@pytest.mark.parametrize(
    ("aim", "value", "verdict"),
    [
        (Aim(10.0), 10.0, "met"),
        (Aim(10.0), 9.0, "missed by 10%"),
        (Aim(25.0, "under"), 25.0, "missed by 0%"),
        (Aim(25.0, "under"), 24.9, "met"),
    ],
)
def test_an_aim_says_by_how_much_it_was_missed(aim: Aim, value: float, verdict: str) -> None:
    assert Row("a", "b", value, "ms", aim).verdict == verdict
