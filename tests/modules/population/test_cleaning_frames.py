"""Frames of one source cleaned one after the other: what came before is remembered."""

from __future__ import annotations

import polars as pl
import pytest

from danso.modules.population import interface as population

pytestmark = pytest.mark.django_db


def test_frames_are_cleaned_as_each_alone() -> None:
    # The second is written in another encoding, in which some of the same letters mean others.
    names = (
        ["Lê Văn Hòa", "Trần Thị Bé", "LÊ  VĂN HÒA", ""],
        ["Lª V¨n Hßa", "TrÇn ThÞ BÐ", "Lê Văn Hòa"],
    )
    frames = [
        pl.DataFrame(
            {
                "record": [f"{at}-{n}" for n in range(len(some))],
                "full_name": some,
                "birth": ["24/06/1967", "1967", "31/02/1967", "24/06/1967"][: len(some)],
                "sex": ["Nam", "Nữ", "nam", "x"][: len(some)],
            }
        )
        for at, some in enumerate([*names, names[0]])
    ]
    together = list(population.clean_frames(frames))
    for frame, cleaned in zip(frames, together, strict=True):
        assert cleaned.equals(population.clean_people(frame))
    assert [cleaned["plain"][0] for cleaned in together] == ["le van hoa"] * 3
    assert together[0]["birth"].to_list() == ["1967-06-24", "1967", None, "1967-06-24"]
