"""What a source says of its person beside what the register holds: one verdict for each field,
written as SQL so that a million records are judged in one statement. Pure.

A verdict is `agrees`, a kind of difference, or why there is nothing to compare (`VERDICTS`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from danso.catalogue.shapes.sources import LIFE

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source, Term

# tone: only tone marks or the hats of letters differ. order: the same words in another order.
# partial: says less than the register. swapped: day and month changed places. year: only the year
# differs. earlier: a number that was this person's before. dead: the row serves somebody who has
# died. contradicts: another record of the source tells something else of the person. other:
# anything else.
DIFFERENT: Final = (
    *("tone", "order", "partial", "swapped", "year", "earlier", "other"),
    *("dead", "contradicts"),
)
# fuller: says more than the register, and nothing else. unknown: the register holds nothing.
RIGHT: Final = ("agrees", "fuller")
VERDICTS: Final = (*RIGHT, *DIFFERENT, "missing", "invalid", "unknown")
# Faults of a value that can still be compared.
COMPARABLE: Final = ("date_partial", "name_doubtful")

# The register's field (catalogue code) and its column for what a source's term says.
FIELD_OF: Final[Mapping[Term, str]] = {
    "number": "number",
    "old_number": "old_number",
    "full_name": "full_name",
    "birth": "birth",
    "sex": "sex",
    "commune": "permanent_place",
    "father_name": "father",
    "mother_name": "mother",
}
HELD: Final[Mapping[Term, str]] = {
    "number": "p.number",
    "old_number": "p.old_number",
    "full_name": "p.full_name",
    "birth": "p.birth",
    "sex": "nullif(p.sex, 0)::text",
    "commune": "p.commune",
    "father_name": "p.father_name",
    "mother_name": "p.mother_name",
}

_TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS: Final = "aăâeêioôơuưy"
_TONED: Final = {
    unicodedata.normalize("NFC", vowel + tone): (vowel, number)
    for vowel in _VOWELS
    for number, tone in enumerate(_TONES)
}
_BARE: Final = str.maketrans("ăâđêôơưy", "aadeooui")


def said(source: Source, term: Term) -> str:
    """What the record r says by a term; a commune as the code on today's map, kept in a."""
    return "a.commune_said" if term == "commune" else f"r.payload->>'{source.terms[term].code}'"


def verdict(source: Source, term: Term) -> str:
    """The verdict about one field as an SQL expression over the record r, its resolved commune in a
    and the person p (their number's other holders in `population_v1`)."""
    field = source.terms[term].code
    faults = ", ".join(f"'{code}'" for code in COMPARABLE)
    ours, theirs = HELD[term], said(source, term)
    unread = " OR a.commune_said IS NULL" if term == "commune" else ""
    return f"""CASE
        WHEN NOT r.payload ? '{field}' THEN 'missing'
        WHEN (r.faults ? '{field}' AND r.faults->>'{field}' NOT IN ({faults})){unread}
            THEN 'invalid'
        WHEN p.person IS NULL THEN NULL
        WHEN {theirs} = {ours} THEN 'agrees'
        {_KINDS[term](theirs, ours)}
    END"""


def register_field(source: Source, field: str) -> str:
    """The register's field (catalogue code) that a source's is compared with; "" for none."""
    if field == LIFE.code:
        return "death"
    if any(fact.code == field for fact in source.told_once):
        return field
    term = source.by_code[field].term
    return FIELD_OF[term] if term else ""


def life(source: Source) -> str:
    """The verdict about the person's life: `dead` where the row still serves somebody who has died.
    A row that ends within the month of the death, or before today, serves nobody."""
    return f"""CASE WHEN p.person IS NULL THEN NULL
        WHEN p.status = 'dead' AND NOT ({_ended(source)}) THEN 'dead'
        ELSE 'agrees'
    END"""


def life_sides(source: Source) -> tuple[str, str]:
    """What the row and the register say of it, in words that `wording.life_text` reads."""
    day = f"' ' || {_end(source)}" if source.ends and not source.ends.values else "NULL"
    return f"concat('serves', {day})", "concat('died', ' ' || p.ended_on)"


def once(kind: str) -> tuple[str, str, str]:
    """The verdict about what nobody has twice, and both sides: the keys of the records, not what
    they say. The records that an earlier one contradicts are in c."""
    verdict = f"""CASE WHEN p.person IS NULL THEN NULL
        WHEN c.others ? '{kind}' THEN 'contradicts' ELSE 'agrees' END"""
    return verdict, "r.record", f"c.others->>'{kind}'"


def _end(source: Source) -> str:
    """The day the row ends, NULL where nothing readable says so."""
    field = source.ends.field if source.ends else ""
    faults = ", ".join(f"'{code}'" for code in COMPARABLE)
    return f"""CASE WHEN coalesce(r.faults->>'{field}', '{COMPARABLE[0]}') IN ({faults})
        THEN nullif(r.payload->>'{field}', '') END"""


def _ended(source: Source) -> str:
    if source.ends is None:
        return "false"
    if source.ends.values:
        values = ", ".join(map(_quoted, source.ends.values))
        return f"coalesce(r.payload->>'{source.ends.field}', '') IN ({values})"
    end = _end(source)
    return f"""coalesce({end} < left(%(today)s, length({end}))
        OR left({end}, 7) <= left(p.ended_on, 7), false)"""


def _quoted(text: str) -> str:
    """A text of the catalogue in a statement that takes parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _name(theirs: str, ours: str) -> str:
    words = "(SELECT array_agg(w ORDER BY w) FROM unnest(string_to_array({}, ' ')) w)"
    one, other = _plain(theirs), _plain(ours)
    return f"""WHEN {ours} IS NULL THEN 'unknown'
        WHEN lower({theirs}) = lower({ours}) THEN 'agrees'
        WHEN {one} = {other} THEN CASE
            WHEN {_exact(theirs)} = {_exact(ours)} THEN 'agrees' ELSE 'tone' END
        WHEN {words.format(one)} = {words.format(other)} THEN 'order'
        WHEN string_to_array({one}, ' ') <@ string_to_array({other}, ' ')
          OR string_to_array({one}, ' ') @> string_to_array({other}, ' ') THEN 'partial'
        ELSE 'other'"""


def _birth(theirs: str, ours: str) -> str:
    return f"""WHEN {ours} IS NULL THEN 'unknown'
        WHEN starts_with({ours}, {theirs}) THEN 'partial'
        WHEN starts_with({theirs}, {ours}) THEN 'fuller'
        WHEN left({theirs}, 4) = left({ours}, 4) AND length({theirs}) = 10
          AND substr({theirs}, 6, 2) = substr({ours}, 9, 2)
          AND substr({theirs}, 9, 2) = substr({ours}, 6, 2) THEN 'swapped'
        WHEN length({theirs}) = 10 AND substr({theirs}, 5) = substr({ours}, 5) THEN 'year'
        ELSE 'other'"""


def _number(theirs: str, ours: str) -> str:
    return f"""WHEN EXISTS (SELECT FROM population_v1.keys k
                     WHERE k.number = {theirs} AND k.person = p.person) THEN 'earlier'
        WHEN {ours} IS NULL THEN 'unknown'
        ELSE 'other'"""


def _old_number(theirs: str, ours: str) -> str:
    return f"""WHEN EXISTS (SELECT FROM population_v1.old_numbers k
                     WHERE k.number = {theirs} AND k.person = p.person) THEN 'agrees'
        WHEN {ours} IS NULL THEN 'unknown'
        ELSE 'other'"""


def _code(theirs: str, ours: str) -> str:
    return f"WHEN {ours} IS NULL OR {theirs} = '0' THEN 'unknown' ELSE 'other'"


_KINDS: Final[Mapping[Term, Callable[[str, str], str]]] = {
    "number": _number,
    "old_number": _old_number,
    "full_name": _name,
    "birth": _birth,
    "sex": _code,
    "commune": _code,
    "father_name": _name,
    "mother_name": _name,
}


def _plain(text: str) -> str:
    """Without any mark, i for y: what is left when the tones are lost."""
    left = "".join(_TONED) + "đ"
    right = "".join(vowel.translate(_BARE) for vowel, _ in _TONED.values()) + "d"
    return f"translate(lower({text}), '{left}', '{right}')"


def _exact(text: str) -> str:
    """Hats kept and each word's tone taken out of its place, so that hòa is hoà and lý is lí."""
    hats = "".join(vowel.replace("y", "i") for vowel, _ in _TONED.values())
    toned = [(letter, str(number)) for letter, (_, number) in _TONED.items() if number]
    bare = "abcdefghijklmnopqrstuvwxyzăâđêôơư"
    letters, tones = "".join(one for one, _ in toned), "".join(two for _, two in toned)
    lower = f"lower({text})"
    return (
        f"translate({lower}, '{''.join(_TONED)}', '{hats}')"
        f" || '|' || translate({lower}, '{letters}{bare}', '{tones}')"
    )
