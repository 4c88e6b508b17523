"""Questions to `gateway_v1`: comparison keys of what was asked, and the answers as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

import msgspec

from danso.gateway.policy import read_birth
from danso.gateway.problems import Problem
from danso.wire import keys
from danso.wire.envelope import Claim
from danso.wire.reasons import REASONS, Verdict, judged_with, verdict

# Values travel as one string per column: the separator can be in none of them (keys are tidied,
# entries are JSON), and the leading one keeps an empty column from becoming an empty array.
SEPARATOR: Final = "\x1f"
_COLUMN: Final = "(string_to_array(%s, E'\\x1f'))[2:]"
_COLUMNS: Final = ", ".join(
    _COLUMN + cast for cast in ("", "", "", "::boolean[]", "", "::smallint[]", "", "::bigint[]", "")
)
# No values are formatted into these: only the columns' own placeholders.
VERIFY: Final = f"SELECT answer FROM gateway_v1.verify({_COLUMNS})"  # noqa: S608
_TOLD: Final = f"gateway_v1.verify_facts({_COLUMNS}, {_COLUMN})"
FACTS: Final = f"SELECT answer, told FROM {_TOLD}"  # noqa: S608
FACTS_BATCH: Final = f"SELECT json_agg(json_build_array(answer, told)) FROM {_TOLD}"  # noqa: S608
BATCH: Final = f"SELECT string_agg(answer, ',') FROM gateway_v1.verify({_COLUMNS})"  # noqa: S608
SHARE: Final = (
    f"SELECT answer, shared FROM gateway_v1.share({_COLUMNS}, {_COLUMN}, {_COLUMN}::boolean[])"  # noqa: S608
)
CONSENTED: Final = (
    "SELECT answer, shared, consent FROM gateway_v1.share_by_consent("  # noqa: S608
    f"{_COLUMNS}, {_COLUMN}, {_COLUMN}, {_COLUMN})"
)
LINK: Final = f"SELECT answer, linked FROM gateway_v1.link_numbers({_COLUMNS})"  # noqa: S608

Question = tuple[str, ...]


def columns(asked: Sequence[Question]) -> list[str]:
    """Questions turned into the parameters of a statement."""
    return [SEPARATOR + SEPARATOR.join(column) for column in zip(*asked, strict=True)]


def batch_columns(asked: Sequence[list[Question]]) -> list[str]:
    """A batch lane takes one batch at a time: its questions are the columns."""
    (questions,) = asked
    return columns(questions)


def claim_question(claim: Claim, partner: int, entry: str, at: str = "person") -> Question:
    """The question a claim asks, in the order of the SQL function's parameters."""
    name = claim.full_name
    exact, bare = keys.name_keys(name)
    if not exact:
        raise Problem("name_empty", field=f"{at}.full_name")
    return (
        claim.number,
        exact,
        bare,
        "t" if name.isascii() else "f",
        read_birth(claim.birth, f"{at}.birth") if claim.birth else "",
        "0" if claim.sex is None else str(claim.sex),
        claim.permanent_place or "",
        str(partner),
        entry,
    )


@lru_cache(64)
def _fields(birth: bool, sex: bool, place: bool) -> tuple[str, ...]:
    asked = (("birth", birth), ("sex", sex), ("permanent_place", place))
    return ("number", "full_name", *(name for name, is_asked in asked if is_asked))


def claim_fields(claim: Claim) -> tuple[str, ...]:
    """The fields and facts a claim asks about, by their catalogue codes."""
    held = _fields(
        claim.birth is not None, claim.sex is not None, claim.permanent_place is not None
    )
    return (*held, *claim.facts) if claim.facts else held


def facts_question(claim: Claim, at: str = "person") -> str:
    """What a claim says of connected sources, as `gateway_v1.verify_facts` wants it."""
    for code, fact in claim.facts.items():
        if fact.on is not None and not _is_day(fact.on):
            raise Problem("fact_day_wrong", field=f"{at}.facts.{code}.on")
    return msgspec.json.encode(claim.facts).decode() if claim.facts else ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def facts_json(answer: str, told: str, *, is_short: bool = False) -> bytes:
    """An answer with what sources say, as JSON, its closing brace left off."""
    found = verdict(answer)
    words = _in_words(found)
    facts: dict[str, dict[str, Any]] = msgspec.json.decode(told) if told else {}
    result, code = judged_with(found, facts)
    if code != found.code:
        words |= _said(result, code)
    words["facts"] = facts
    if is_short:
        words = {k: words[k] for k in ("result", "code", "fields", "facts")}
    return msgspec.json.encode(words)[:-1]


def _said(result: str, code: str) -> dict[str, Any]:
    reason = REASONS[code]
    return {
        "result": result,
        "code": code,
        "reason": {"vi": reason.vi, "en": reason.en},
        "next": {"vi": reason.next_vi, "en": reason.next_en},
    }


def _in_words(found: Verdict) -> dict[str, Any]:
    words: dict[str, Any] = {"result": found.result, "code": found.code}
    words["fields"] = {
        name: {"result": field.result, "code": field.code}
        | ({"doubted": True} if field.doubted else {})
        for name, field in found.fields.items()
    }
    words["reason"] = {"vi": found.reason.vi, "en": found.reason.en}
    if found.reason.next_vi:
        words["next"] = {"vi": found.reason.next_vi, "en": found.reason.next_en}
    return words


@lru_cache(4096)
def answer_json(answer: str) -> bytes:
    """An answer as JSON, its closing brace left off. There are a few hundred different ones."""
    return msgspec.json.encode(_in_words(verdict(answer)))[:-1]


@lru_cache(4096)
def short_json(answer: str) -> bytes:
    """An answer as JSON without its words, its closing brace left off: batches read them once."""
    words = _in_words(verdict(answer))
    return msgspec.json.encode({k: words[k] for k in ("result", "code", "fields")})[:-1]
