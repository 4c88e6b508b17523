"""What is asked in a measurement: people drawn from the register, as partners would name them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from danso.config.bench.place import Connection, Place
from danso.wire import keys

# Of a hundred claims: three with another birth date, one with another name, one of a number that
# nobody has; the rest match. Wrong tries cost more: they are counted per person.
WRONG_BIRTH: Final = 3
WRONG_NAME: Final = 4
UNKNOWN: Final = 5
BATCH: Final = 1_000
_DRAW: Final = """
SELECT n.number, p.full_name, n.birth, n.sex
FROM population_number n TABLESAMPLE BERNOULLI (%s) REPEATABLE (%s)
JOIN population_person p ON p.key = n.person
WHERE n.status = 'active' AND n.life = 'alive' AND NOT n.protected AND length(n.birth) = 10
LIMIT %s
"""


@dataclass(frozen=True)
class Asker:
    """Who asks and what for."""

    partner: str
    purpose: str

    def envelope(self, row: int) -> dict[str, str]:
        return {
            "purpose": self.purpose,
            "procedure": "1.004222",
            "file_code": f"HS-2026-{row:08}",
            "officer": f"cb-{row % 400:03}",
        }


Claim = dict[str, Any]


def draw(place: Place, count: int, seed: int) -> list[Claim]:
    """`count` claims about different people (fewer where the register is smaller), shuffled."""
    share = min(100.0, 130.0 * count / place.people)
    with place.connect() as connection:
        rows = connection.execute(_DRAW, [share, seed, count]).fetchall()
    dice = random.Random(seed)  # noqa: S311 - no secret is drawn
    dice.shuffle(rows)
    return [_claim(row, dice.randrange(100)) for row in rows]


def _claim(row: Sequence[Any], lot: int) -> Claim:
    number, name, birth, sex = row
    if lot < WRONG_BIRTH:
        birth = f"{int(birth[:4]) - 1}{birth[4:7]}-01"
    elif lot < WRONG_NAME:
        name = "Người Nào Khác"
    elif lot < UNKNOWN:
        number = f"{number[:6]}{999_999 - int(number[6:]):06}"
    claim = {"number": number, "full_name": name, "birth": birth}
    return claim | {"sex": sex} if sex else claim


def write_single(claims: Sequence[Claim], asker: Asker, target: Path) -> None:
    """Bodies of /v1/verify, one a line."""
    with target.open("w", encoding="utf-8") as file:
        for row, claim in enumerate(claims):
            _write(file, {"envelope": asker.envelope(row), "person": claim})


def write_batches(claims: Sequence[Claim], asker: Asker, target: Path) -> int:
    """Bodies of /v1/verify/batch, one a line; returns how many people each names."""
    size = min(BATCH, len(claims))
    with target.open("w", encoding="utf-8") as file:
        for start in range(0, len(claims) - size + 1, size):
            people = [
                claim | {"ref": str(row)} for row, claim in enumerate(claims[start : start + size])
            ]
            _write(file, {"envelope": asker.envelope(start), "people": people})
    return size


def _write(file: Any, body: dict[str, Any]) -> None:
    file.write(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")


def keep_questions(
    connection: Connection, claims: Sequence[Claim], asker: Asker, partner: int
) -> None:
    """The same claims as rows with comparison keys, for PostgreSQL's own benchmark."""
    connection.execute("DROP TABLE IF EXISTS bench_question")
    connection.execute(
        "CREATE TABLE bench_question (id bigint PRIMARY KEY, number text, name text, plain text,"
        " toneless boolean, birth text, sex smallint, commune text, partner bigint, entry text)"
    )
    columns = "id, number, name, plain, toneless, birth, sex, commune, partner, entry"
    with connection.cursor().copy(f"COPY bench_question ({columns}) FROM STDIN") as copy:
        for row, claim in enumerate(claims):
            copy.write_row((row, *_question(claim, asker, row, partner)))
    connection.execute("VACUUM (ANALYZE, FREEZE) bench_question")


def _question(claim: Claim, asker: Asker, row: int, partner: int) -> tuple[Any, ...]:
    name = claim["full_name"]
    return (
        claim["number"],
        keys.name_key(name),
        keys.plain_key(name),
        name.isascii(),
        claim["birth"],
        claim.get("sex", 0),
        "",
        partner,
        begun_entry(asker, row),
    )


def begun_entry(asker: Asker, row: int) -> str:
    """A journal entry as long as the gateway's own, open for the SQL function to finish."""
    said = asker.envelope(row)
    entry = {
        "actor_kind": "partner",
        "actor": asker.partner,
        "unit": asker.partner,
        "action": "verify",
        "service": "verify",
        "purpose": asker.purpose,
        "legal_basis": "x" * 120,
        "system": "",
        "officer": said["officer"],
        "procedure": said["procedure"],
        "file_code": said["file_code"],
        "fields": ["number", "full_name", "birth", "sex"],
        "detail": {"agreement": "TT-2026-0001"},
    }
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    return text[:-2]
