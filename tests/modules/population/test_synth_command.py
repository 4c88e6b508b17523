"""`danso synth` as typed: the real province in its proportions, clear refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from danso import catalogue
from danso.config.commands.catalogue import CHECKOUT
from danso.config.commands.synth import app
from danso.kernel.errors import DansoError
from danso.modules.population.engine.synth.draw import largest_remainder

PROVINCE = catalogue.only_province(CHECKOUT / "provinces")
PEOPLE = 37_000


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_synth_real_province_is_calibrated_to_every_commune(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(
        str(out), "--people", str(PEOPLE), "--province", str(PROVINCE), "--clean", "--json"
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    communes = sorted(catalogue.load(PROVINCE).units.communes, key=lambda unit: unit.code)
    weights = [float(unit.population or 0) for unit in communes]
    shares = largest_remainder(weights, PEOPLE).tolist()
    for unit, share in zip(communes, shares, strict=True):
        assert abs(told["communes"][unit.code] - share) <= 1
    assert len(told["communes"]) == len(communes)
    assert told["people"] == PEOPLE
    assert sorted(path.name for path in out.rglob("*.*")) == ["manifest.json", "people.csv.gz"]


def test_synth_small_run_says_where_it_went(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(str(out), "--people", "300", "--province", str(PROVINCE), "--seed", "4")
    assert result.exit_code == 0, result.output
    assert "300 synthetic people" in result.output
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["seed"] == 4


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--people", "0"], "synth_people_out_of_range"),
        (["--seed", "-1"], "synth_seed_negative"),
        (["--fault", "no_such=0.1"], "synth_fault_unknown"),
        (["--fault", "number_missing=often"], "synth_fault_rate"),
    ],
)
def test_synth_impossible_wish_is_refused_before_anything_is_written(
    tmp_path: Path, arguments: list[str], code: str
) -> None:
    out = tmp_path / "out"
    result = run(str(out), "--province", str(PROVINCE), *arguments)
    assert isinstance(result.exception, DansoError)
    assert result.exception.code == code
    assert result.exception.fix
    assert not out.exists()
