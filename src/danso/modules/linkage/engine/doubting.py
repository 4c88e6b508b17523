"""What a machine must not decide, however heavy a pair: it goes to a clerk.

Weights are learnt from records about people of the register. Records about somebody else (a twin, a
neighbour born the same day, a child under a parent's number) are like nothing they have seen.
"""

from __future__ import annotations

from typing import Final

from danso.modules.linkage.engine.comparing import COMPARISONS

# Another given name is another person until somebody has looked.
_OTHER_NAMES: Final = ("near", "differs")
_WHOLE_BIRTHS: Final = ("same", "turned", "one_digit")
_SAME_NUMBERS: Final = ("same", "one_digit")


def doubtful() -> str:
    """In SQL, of a row of `scored`: whether what it has in common leaves room for another person.

    Another given name, another sex; or, where nothing but a part of the birth date agrees beside
    the name, no commune, number or parent to go with it."""
    nothing_else = " AND ".join(
        f"NOT ({condition})"
        for condition in (
            _is("birth", *_WHOLE_BIRTHS),
            _is("commune", "same"),
            _is("number", *_SAME_NUMBERS),
            _is("old_number", "same"),
            _is("father", "same"),
            _is("mother", "same"),
        )
    )
    return f"{_is('full_name', *_OTHER_NAMES)} OR {_is('sex', 'differs')} OR ({nothing_else})"


def anothers(record: str, person: str) -> str:
    """In SQL: whether the number of a row `record` is somebody else's than `person`'s."""
    return " OR ".join(f"({_ANOTHERS.format(kind, record, person)})" for kind in _NUMBERS)


def _is(comparison: str, *codes: str) -> str:
    _, levels = COMPARISONS[comparison]
    places = [str(place) for place, level in enumerate(levels) if level.code in codes]
    return f"coalesce(level_{comparison} IN ({', '.join(places)}), false)"


_NUMBERS: Final = ("number", "old_number")
_ANOTHERS: Final = """
    EXISTS (SELECT 1 FROM held_{0} held WHERE held.number = {1}.{0})
    AND NOT EXISTS (SELECT 1 FROM held_{0} held
                    WHERE held.number = {1}.{0} AND held.person = {2}.person)
"""
