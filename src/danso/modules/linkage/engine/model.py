"""A model: how much each level of agreement weighs, as a file that people can read and keep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from danso.kernel.errors import InvalidValue
from danso.modules.linkage.data import Bands
from danso.modules.linkage.engine.comparing import BLOCKS, COMPARISONS

VERSION: Final = 1
DEFAULT: Final = "default-model.json"


@dataclass(frozen=True)
class Odds:
    """How often a level holds among pairs of one person (m) and of two (u)."""

    m: float
    u: float


@dataclass(frozen=True)
class Model:
    """`prior`: the odds that two records drawn blindly are one person. `about` says what it was
    trained on."""

    prior: float
    bands: Bands
    odds: Mapping[str, Mapping[str, Odds]]
    about: Mapping[str, Any] = field(default_factory=dict)

    def as_text(self) -> str:
        """As kept in a file."""
        odds = {
            comparison: {code: asdict(found) for code, found in levels.items()}
            for comparison, levels in self.odds.items()
        }
        kept = {
            "version": VERSION,
            "about": dict(self.about),
            "prior": self.prior,
            "bands": asdict(self.bands),
            "odds": odds,
        }
        return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"

    def settings(self) -> dict[str, Any]:
        """As Splink takes it."""
        return {
            "link_type": "link_only",
            "unique_id_column_name": "unique_id",
            "source_dataset_column_name": "source_dataset",
            "probability_two_random_records_match": self.prior,
            "retain_matching_columns": False,
            "retain_intermediate_calculation_columns": True,
            "blocking_rules_to_generate_predictions": [
                {"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in BLOCKS
            ],
            "comparisons": [_comparison(name, self.odds.get(name, {})) for name in COMPARISONS],
        }


def digest_of(model: Model) -> str:
    """What names a model for ever."""
    return hashlib.sha256(model.as_text().encode()).hexdigest()[:16]


@cache
def default_model() -> Model:
    """The model that comes with danso."""
    file = resources.files("danso.modules.linkage.engine").joinpath(DEFAULT)
    return _read(file.read_text(encoding="utf-8"), DEFAULT)


def read_model(path: Path) -> Model:
    """A model from a file. InvalidValue `model_unreadable` where it is none, or of other levels."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path.name, "it can't be read") from error
    return _read(text, path.name)


def model_of(kept: Mapping[str, Any]) -> Model:
    """A model as kept with a run."""
    return _read(json.dumps(kept), "the kept model")


def _read(text: str, name: str) -> Model:
    try:
        kept = json.loads(text)
        if kept["version"] != VERSION:
            raise _unreadable(name, f"its version is {kept['version']}, not {VERSION}")
        odds = {
            comparison: {code: Odds(**found) for code, found in levels.items()}
            for comparison, levels in kept["odds"].items()
        }
        model = Model(float(kept["prior"]), Bands(**kept["bands"]), odds, kept["about"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(name, "it is not written as a model") from error
    for comparison, (_, levels) in COMPARISONS.items():
        if set(model.odds.get(comparison, ())) != {level.code for level in levels}:
            raise _unreadable(name, f"its levels of {comparison} are not those compared here")
    return model


def _unreadable(name: str, why: str) -> InvalidValue:
    return InvalidValue(
        f"{name} is no model of this danso: {why}.",
        code="model_unreadable",
        fix="Train it again: danso link train.",
    )


def _comparison(name: str, odds: Mapping[str, Odds]) -> dict[str, Any]:
    nothing, levels = COMPARISONS[name]
    listed: list[dict[str, Any]] = [
        {"sql_condition": nothing, "label_for_charts": "unknown", "is_null_level": True}
    ]
    for level in levels:
        one: dict[str, Any] = {
            "sql_condition": level.condition,
            "label_for_charts": level.code,
        }
        if level.frequency:
            one["tf_adjustment_column"] = level.frequency
        if (found := odds.get(level.code)) is not None:
            one |= {"m_probability": found.m, "u_probability": found.u}
        listed.append(one)
    return {"output_column_name": name, "comparison_levels": listed}
