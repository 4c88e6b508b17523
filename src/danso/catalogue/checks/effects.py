"""Checks of effects: each has what it needs, and nothing that it would not look at."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from danso.catalogue.province import Province
from danso.catalogue.reading import Where
from danso.catalogue.shapes.procedures import Effect, EffectKind, Procedure

Finding = tuple[Where, str, str]


class Needs(NamedTuple):
    """The names of fields and parties an effect must have, and those that it may have."""

    fields: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    more_fields: frozenset[str] = frozenset()
    more_parties: frozenset[str] = frozenset()


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# As `Effect` tells them; what the doors of the population register ask for.
NEEDS: Final[dict[EffectKind, Needs]] = {
    "record-birth": Needs(
        _names("full_name sex birth"),
        frozenset(),
        _names("birth_place home_place ethnicity nationality"),
        _names("mother father"),
    ),
    "record-death": Needs(_names("day"), _names("person")),
    "record-marriage": Needs(frozenset(), _names("person spouse"), _names("valid_on")),
    "record-permanent-residence": Needs(
        _names("valid_on"),
        _names("person"),
        _names("commune hamlet address relation"),
        _names("head"),
    ),
    "record-temporary-residence": Needs(
        _names("until"), _names("person"), _names("commune hamlet address valid_on")
    ),
    "end-residence": Needs(frozenset(), _names("person"), _names("valid_on")),
    "split-household": Needs(frozenset(), _names("person"), _names("relation"), _names("member")),
    "record-absence": Needs(_names("until"), _names("person"), _names("valid_on place")),
    "record-stay": Needs(_names("valid_on until"), _names("person"), _names("commune address")),
    "tell-source": Needs(frozenset(), _names("person")),
    "none": Needs(),
}


def find_effects(province: Province, procedure: Procedure) -> Iterator[Finding]:
    """What does not fit in the effects of one procedure."""
    for index, effect in enumerate(procedure.effects):
        for where, wrong, fix in (
            *_references(province, procedure, effect),
            *_complete(effect),
            *_beyond(effect),
        ):
            yield ("effects", index, *where), wrong, fix


def _references(province: Province, procedure: Procedure, effect: Effect) -> Iterator[Finding]:
    for name, code in effect.fields.items():
        if code not in procedure.fields:
            yield ("fields", name), f"{code} is no field of the form", "Correct the field's code"
    for name, code in effect.parties.items():
        if code not in procedure.people:
            yield ("parties", name), f"{code} is no party of it", "Correct the party's code"
    if effect.source is not None and effect.source not in province.sources:
        fix = "Describe it in sources/, or correct the code"
        yield ("source",), f"{effect.source} is no connected source", fix


def _complete(effect: Effect) -> Iterator[Finding]:
    needs = NEEDS[effect.kind]
    for key, lacking in (
        ("fields", needs.fields - set(effect.fields)),
        ("parties", needs.parties - set(effect.parties)),
    ):
        for name in sorted(lacking):
            wrong = f"{effect.kind} does not say its {name}"
            fix = f"Name under {key} what the {name} is ({_told(needs, key)})"
            yield (key,), wrong, fix
    place = {"commune", "hamlet"} - set(effect.fields)
    if effect.kind == "record-permanent-residence" and place and "head" not in effect.parties:
        wrong = f"{effect.kind} says no place: neither {' and '.join(sorted(place))} nor a head"
        yield ("fields",), wrong, "Name commune and hamlet, or the head in whose household it is"
    if (effect.source is None) == (effect.kind == "tell-source"):
        wrong = "a source goes with tell-source, and only with it"
        yield ("kind",), wrong, "Name the source whose owner is told, or take it out"


def _beyond(effect: Effect) -> Iterator[Finding]:
    """What nobody would look at: a misspelt name would be lost without a word."""
    needs = NEEDS[effect.kind]
    if effect.kind != "tell-source":
        yield from _strange("fields", effect, effect.fields, needs.fields | needs.more_fields)
    yield from _strange("parties", effect, effect.parties, needs.parties | needs.more_parties)
    if effect.residence != "permanent" and effect.kind != "end-residence":
        yield ("residence",), "residence goes with end-residence", "Take it out"


def _strange(
    key: str, effect: Effect, given: Iterable[str], known: frozenset[str]
) -> Iterator[Finding]:
    for name in sorted(set(given) - known):
        wrong = f"{effect.kind} does nothing with {name}"
        fix = f"Take it out, or name one of: {', '.join(sorted(known)) or 'nothing'}"
        yield (key, name), wrong, fix


def _told(needs: Needs, key: str) -> str:
    must = needs.fields if key == "fields" else needs.parties
    return f"it needs {', '.join(sorted(must))}"
