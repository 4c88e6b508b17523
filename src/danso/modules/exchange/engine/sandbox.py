"""The published made-up people: for each reason code somebody who gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

State = Literal["alive", "dead", "cancelled", "protected", "nobody"]


@dataclass(frozen=True, slots=True)
class Example:
    """Who is held, how to ask, and what comes. `ask_name` and `ask_birth` empty: as held."""

    gives: str
    name: str
    birth: str
    note: str
    state: State = "alive"
    ask_name: str = ""
    ask_birth: str = ""

    @property
    def asked(self) -> tuple[str, str]:
        """Name and birth date to ask with."""
        return self.ask_name or self.name, self.ask_birth or self.birth


EXAMPLES: Final = (
    Example("match", "Nguyễn Văn Mẫu", "1984-03-21", "Everything matches"),
    Example(
        "birth_matches_in_part",
        "Trần Văn Mẫu",
        "1965",
        "The register knows the year only; the result is match",
        ask_birth="1965-07-01",
    ),
    Example(
        "name_matches_without_marks",
        "Bùi Văn Mẫu",
        "1990-01-05",
        "Asked without diacritics; the result is match",
        ask_name="BUI VAN MAU",
    ),
    Example(
        "match_incomplete", "Lý Văn Mẫu", "", "The register has no birth date", ask_birth="1971"
    ),
    Example(
        "name_differs",
        "Vũ Văn Mẫu",
        "1979-11-30",
        "No other field is answered",
        ask_name="Vũ Văn Khác",
    ),
    Example(
        "name_marks_differ",
        "Đỗ Văn Mẫu",
        "1992-06-17",
        "Only the diacritics differ",
        ask_name="Đỗ Văn Mâu",
    ),
    Example(
        "birth_differs",
        "Hồ Văn Mẫu",
        "1958-02-10",
        "Day and month were swapped; ask for a correction",
        ask_birth="1958-10-02",
    ),
    Example("person_dead", "Lê Văn Mẫu", "1940-09-02", "A death is recorded", state="dead"),
    Example(
        "number_cancelled",
        "Phạm Văn Mẫu",
        "1988-12-24",
        "The number was cancelled and another established",
        state="cancelled",
    ),
    Example(
        "not_found",
        "Hoàng Văn Mẫu",
        "1975-05-19",
        "Somebody protected, answered as nobody",
        state="protected",
    ),
    Example("not_found", "Ngô Văn Mẫu", "1966-08-08", "Nobody has this number", state="nobody"),
    Example(
        "too_many_attempts",
        "Đặng Văn Mẫu",
        "1981-04-30",
        "Five wrong tries first; the other examples are never counted",
        ask_birth="1981-04-03",
    ),
)


def number_of(place: int, example: Example, synthetic_prefix: str) -> str:
    """The example's number: synthetic prefix, male, birth year, and a block nobody draws from."""
    year = example.asked[1][:4]
    return f"{synthetic_prefix}0{year[2:]}9990{place:02d}"
