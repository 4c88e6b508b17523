"""What one would do without danso: Splink's own comparisons, and agreement in every respect."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Final

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker

from danso.modules.linkage.engine.comparing import BLOCKS
from danso.modules.linkage.engine.tables import Workspace
from danso.modules.linkage.engine.training import BY_NAME_AND_DAY, BY_NUMBER
from danso.modules.population import interface as population

PAIRS: Final = 2e7
# From here on Splink's documentation calls a pair a match.
LIKELY: Final = 0.9
_EXACT: Final = """
SELECT record, any_value(person) AS person, 'linked' AS band FROM (
    SELECT l.unique_id AS record, n.person FROM records l JOIN held_number n ON n.number = l.number
    UNION
    SELECT l.unique_id, r.unique_id FROM records l JOIN people r
    ON l.name = r.name AND l.day = r.day AND l.sex = r.sex AND l.commune = r.commune
) GROUP BY record HAVING count(DISTINCT person) = 1
"""
_BEST: Final = """
SELECT unique_id_l AS record, arg_max(unique_id_r, match_weight) AS person, 'linked' AS band
FROM {scored} GROUP BY unique_id_l
"""


def plain() -> None:
    """`python -m danso.config.bench plain RECORDS FOLDER`: writes plain.csv and exact.csv."""
    records, folder = Path(sys.argv[2]), Path(sys.argv[3])
    work = folder / "plain"
    shutil.rmtree(work, ignore_errors=True)
    workspace = Workspace(work, memory="6GB", threads=2)
    try:
        _fill(workspace, records)
        _write(workspace, _EXACT, folder / "exact.csv")
        began = time.perf_counter()
        _match(workspace, folder / "plain.csv")
        print(json.dumps({"seconds": time.perf_counter() - began}))
    finally:
        workspace.close()
        shutil.rmtree(work, ignore_errors=True)


def _fill(workspace: Workspace, records: Path) -> None:
    target = workspace.folder / "records.csv"
    with target.open("wb") as file:
        for place, frame in enumerate(population.read_people(records, keys=("record_key",))):
            frame.write_csv(file, include_header=place == 0)
    population.copy_for_matching(workspace.folder)
    workspace.read("records", target)
    workspace.read("people", workspace.folder / "people.csv")
    workspace.read_held("number", workspace.folder / "numbers.csv")


def _match(workspace: Workspace, out: Path) -> None:
    api = DuckDBAPI(connection=workspace.connection)
    sides = [
        api.register("records", dataset_display_name="a_records"),
        api.register("people", dataset_display_name="b_people"),
    ]
    linker = Linker(sides, _settings(), log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=1)
    for block in (BY_NUMBER, BY_NAME_AND_DAY):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block, estimate_without_term_frequencies=True
        )
    scored = linker.inference.predict(threshold_match_probability=LIKELY, warning_mode="never")
    _write(workspace, _BEST.format(scored=scored.physical_name), out)


def _settings() -> dict[str, Any]:
    comparisons = [
        cl.JaroWinklerAtThresholds("name", [0.92, 0.88]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("day", [1]),
        cl.ExactMatch("year"),
        cl.ExactMatch("sex"),
        cl.ExactMatch("commune"),
        cl.DamerauLevenshteinAtThresholds("number", [1]),
        cl.ExactMatch("old_number"),
    ]
    return {
        "link_type": "link_only",
        "comparisons": [one.create_comparison_dict("duckdb") for one in comparisons],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in BLOCKS
        ],
    }


def _write(workspace: Workspace, query: str, out: Path) -> None:
    columns = "record AS record_key, person AS person_key, band"
    statement = f"COPY (SELECT {columns} FROM ({query})) TO '{out}' (HEADER)"  # noqa: S608
    workspace.run(statement)
