"""`danso bench` beside providers that others wrote: every figure of signing in is there, and of old
accounts. How fast it is, no test asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from danso.config.postgres import Cluster
from tests.config.test_bench import bench

SIGN_IN = {
    "sign_in.rate",
    "sign_in.p50",
    "sign_in.p99",
    "sign_in.toolkit",
    "sign_in.provider",
    "sign_in.over_toolkit",
    "sign_in.cost_danso",
    "sign_in.cost_toolkit",
    "sign_in.cost_provider",
    "sign_in.rate_more",
    "sign_in.cost_more",
    "sign_in.cores",
    "passkey.rate",
    "passkey.cost",
    "token.seen",
}
RECONCILED = {
    "reconcile.seconds",
    "reconcile.rate",
    "reconcile.wrong",
    "reconcile.missed",
    "reconcile.again",
}


@pytest.mark.timeout(600)
def test_a_small_run_measures_signing_in_and_old_accounts(tmp_path: Path) -> None:
    home = tmp_path / "bench"
    try:
        done = bench(
            home, "--people=2000", "--seconds=1", "--rounds=1", "--only=sign-in,reconcile", "--json"
        )
    finally:
        Cluster(home / "postgres", "").remove()
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    rows = {row["code"]: row["value"] for row in found["rows"]}
    assert rows.keys() == SIGN_IN | RECONCILED
    assert rows["reconcile.wrong"] == rows["reconcile.missed"] == 0
    assert all(rows[code] > 0 for code in SIGN_IN)
