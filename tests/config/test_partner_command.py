"""`danso partner create`: everything of a partner or nothing, and the refusal on record."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from danso.config.commands import partner
from danso.kernel.errors import DansoError
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import AlreadyThere
from tests.conftest import Database
from tests.exchange_world import entries

TEAHOUSE = Path(__file__).resolve().parents[1] / "catalogues" / "teahouse"
CREATE = ("create", "kettle", "--kind", "state", "--agency", "kettle-office")


@pytest.fixture(autouse=True)
def _teahouse(settings: Any, tmp_path: Path) -> None:
    settings.DANSO = dataclasses.replace(
        settings.DANSO, province_path=TEAHOUSE, home=tmp_path, is_demo=True
    )
    (tmp_path / "secrets" / "partners").mkdir(parents=True)


def run(*arguments: str) -> None:
    done = CliRunner().invoke(partner.app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def test_create_twice_is_refused_and_journaled(fresh_db: Database) -> None:
    run(*CREATE)
    with pytest.raises(AlreadyThere):
        run(*CREATE)
    last = entries(fresh_db, "exchange")[-1]
    assert (last["action"], last["outcome"]) == ("partner.created", "refused:partner_taken")
    assert last["detail"] == {"partner": "kettle"}


def test_create_with_an_agreement_that_cannot_be_leaves_no_partner(fresh_db: Database) -> None:
    with pytest.raises(DansoError):
        run(*CREATE, "--services", "changes", "--purpose", "tea-tasting")
    assert exchange.partners() == ()
    (refusal,) = entries(fresh_db, "exchange")
    assert refusal["outcome"].startswith("refused:")
