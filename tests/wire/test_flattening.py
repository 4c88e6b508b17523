"""A row's texts by path: the same for gateway and worker, and never dearer than the row is long."""

from __future__ import annotations

import json
import time
from typing import Any

from danso.wire.flattening import LONGEST_PATH, MOST_PATHS, MOST_VALUES, flat


def test_values_in_each_other_come_by_their_path() -> None:
    row = {"a": {"b": 1.5, "c": [{"d": "x"}, {"d": "y"}, {"d": None}]}, "e": True, "f": []}
    assert flat(row) == {"a.b": "1.5", "a.c.d": "x; y", "a.c": "", "e": "true", "f": ""}


def test_what_is_no_object_says_so() -> None:
    assert flat(["a"]) == flat("a") == flat(None) == "row_not_object"


def test_long_names_are_left_out_and_their_neighbours_stay() -> None:
    name = "K" * LONGEST_PATH
    assert flat({name: {"a": 1}, "MA": "1", "x": {name[1:]: 1}}) == {"MA": "1"}
    assert flat({name[1:]: 1}) == {name[1:]: "1"}


def test_paths_beyond_the_bound_are_left_out() -> None:
    found = flat({f"m{n}": n for n in range(2 * MOST_PATHS)})
    assert len(found) == MOST_PATHS
    assert "m0" in found


def test_what_lies_too_deep_is_left_out() -> None:
    row: dict[str, Any] = {}
    inner = row
    for _ in range(900):
        inner["a"] = {}
        inner = inner["a"]
    assert flat(row) == {".".join("a" * 8): ""}


def test_a_row_of_too_many_values_is_none() -> None:
    assert isinstance(flat({"x": [1] * (MOST_VALUES - 1)}), dict)
    assert flat({"x": [1] * MOST_VALUES}) == "row_too_large"
    assert flat({"x": [[]] * MOST_VALUES}) == "row_too_large"


def test_time_grows_with_the_length_alone() -> None:
    long = json.loads(json.dumps({"x": ["1"] * 200_000}))
    wide = {"K" * 120_000: {str(n): 1 for n in range(5_000)}}
    began = time.process_time()
    flat(long)
    flat(wide)
    assert time.process_time() - began < 2
