"""Our own weighing beside Splink's: the same pairs, the same weights."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from danso.modules.linkage.engine import exact, scoring, weighing
from danso.modules.linkage.engine.model import default_model
from tests.modules.linkage.sides import others, row, workspace
from tests.modules.linkage.test_comparing import PEOPLE, RECORDS

LEAST = -30.0
SLIPS = ("Truong", "Trương Quý Khoátt", "Trương Quý Khaót", "Trươn gQuý Khoát", "rương Quý Khoát")


def test_pairs_and_weights_are_those_of_splink(tmp_path: Path) -> None:
    records = [
        *RECORDS,
        *(row(f"slip {n}", name, f"1972-05-2{n}") for n, name in enumerate(SLIPS)),
        row("wrong year", "Lê Văn Hòa", "1967-06-24", father="le van a", mother="tran thi b"),
        *(
            row(
                f"common {n}",
                "Nguyễn Văn Bình",
                f"{1950 + n}-0{1 + n % 9}-1{n % 10}",
                commune="00101",
            )
            for n in range(60)
        ),
    ]
    people = [*PEOPLE, row("kin", "Lê Văn Hòa", "1967-06-25", father="le van an", mother="x")]
    model = default_model()
    with workspace(tmp_path, people, records) as made:
        exact.match_by_number(made)
        made.run("CREATE TABLE weighed_by_splink AS SELECT * FROM records WHERE plain IS NOT NULL")
        predicted = scoring.linker_of(made, model, "weighed_by_splink").inference.predict(
            threshold_match_weight=LEAST, warning_mode="never"
        )
        made.run("CREATE TABLE rest AS FROM weighed_by_splink")
        weighing.weigh(made, model, least=LEAST, unseen=1 / made.count("people"))
        (pairs, both, apart) = made.connection.execute(
            "SELECT count(*), count(record), max(abs(weight - match_weight))"
            f" FROM {predicted.physical_name}"
            " LEFT JOIN scored ON record = unique_id_l AND person = unique_id_r"
        ).fetchall()[0]
        ours = made.count("scored")
    assert pairs == both == ours > 100
    assert apart == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("least", [-7.0, 0.0])
def test_pairs_are_only_left_early_that_could_not_weigh_enough(
    tmp_path: Path, least: float
) -> None:
    records = [*RECORDS, *_faulty()]
    everything = _weighed(tmp_path / "everything", records, least=-1_000.0)
    some = _weighed(tmp_path / "some", records, least=least)
    assert some == {pair: weight for pair, weight in everything.items() if weight >= least}
    assert 100 < len(some) < len(everything)


def _weighed(folder: Path, records: list[dict[str, str]], *, least: float) -> dict[object, float]:
    folder.mkdir()
    with workspace(folder, PEOPLE, records) as made:
        made.run("CREATE TABLE rest AS SELECT * FROM records WHERE plain IS NOT NULL")
        weighing.weigh(made, default_model(), least=least, unseen=1 / made.count("people"))
        rows = made.connection.execute("SELECT record, person, weight FROM scored").fetchall()
    return {(record, person): weight for record, person, weight in rows}


def _faulty() -> list[dict[str, str]]:
    """Records of people of the register, each with some fault or several."""
    dice = random.Random(1)
    changes: dict[str, Callable[[str], str]] = {
        "name": lambda text: text[:3] + text[4:],
        "plain": lambda text: " ".join(reversed(text.split(" "))),
        "birth": lambda text: dice.choice([text[:4], f"{text[:5]}{text[8:]}-{text[5:7]}", ""]),
        "sex": lambda text: "3",
        "commune": lambda text: dice.choice(["", "00007"]),
        "number": lambda text: dice.choice(["", "038084000001", "038084000012"]),
        "father": lambda text: dice.choice(["le van a", "le van an", ""]),
    }
    made = []
    for at, one in enumerate(islice(others(), 0, None, 12)):
        faults = dice.sample(list(changes), dice.randint(0, 4))
        changed = {name: changes[name](one[name]) for name in faults}
        made.append({**one, **changed, "key": f"faulty {at}"})
    return made
