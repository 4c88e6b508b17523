"""What partners may send: every published pattern is held to, wherever it is checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
import pytest

from danso.gateway.people import decode
from danso.gateway.problems import Problem
from danso.wire import envelope

ENVELOPE: Final = {
    "purpose": "civil-status",
    "procedure": "1.001",
    "file_code": "F-1",
    "officer": "O-1",
    "agreement": "A-1",
    "consent": "C-1",
}
PERSON: Final = {"number": "099123456789", "full_name": "Nguyễn An", "birth": "1965-03-21"}
PLACE: Final = {"permanent_place": "14758"}
REQUESTS: Final[Mapping[type, dict[str, Any]]] = {
    envelope.VerifyRequest: {"envelope": ENVELOPE, "person": PERSON | PLACE},
    envelope.BatchRequest: {
        "envelope": ENVELOPE,
        "people": [PERSON | PLACE | {"ref": "r-1", "consent": "C-2"}],
    },
    envelope.ShareRequest: {"envelope": ENVELOPE, "person": PERSON, "fields": ["birth"]},
    envelope.LinkRequest: {"envelope": ENVELOPE, "person": PERSON},
    envelope.CorrectionRequest: {
        "envelope": ENVELOPE,
        "person": PERSON,
        "field": "birth",
        "claimed": "1966",
        "evidence": "GKS 1",
    },
    envelope.CorrectionStatusRequest: {
        "envelope": ENVELOPE,
        "correction": "12345678-1234-1234-1234-123456789012",
    },
}
# A line end, controls, separators, an invisible one, digits that are none here.
ODD: Final = (
    "\n",
    "\r",
    "\0",
    "\x1f",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\u200b",
    "٣",
    "１",
    "²",
)
Path = tuple[str | int, ...]


def published(shape: type) -> tuple[dict[str, Any], dict[str, Any]]:
    (schema,), components = msgspec.json.schema_components([shape], ref_template="{name}")
    return schema, components


def strings(
    schema: dict[str, Any], known: dict[str, Any], value: Any, path: Path = ()
) -> Iterator[tuple[Path, str, str]]:
    """Every string of a request: where it is, what stands there, its published pattern."""
    schema = known[schema["$ref"]] if "$ref" in schema else schema
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from strings(schema["properties"][name], known, inner, (*path, name))
    elif isinstance(value, list):
        yield from strings(schema["items"], known, value[0], (*path, 0))
    else:
        either = [one for one in schema.get("anyOf", [schema]) if one["type"] == "string"]
        yield path, value, either[0]["pattern"]


def cases() -> Iterator[tuple[type, Path, str, str]]:
    for shape, request in REQUESTS.items():
        for path, value, pattern in strings(*published(shape), request):
            yield shape, path, value, pattern


def changed(request: dict[str, Any], path: Path, value: str) -> bytes:
    copy = json.loads(json.dumps(request))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return json.dumps(copy).encode()


def _name(part: object) -> str:
    return part.__name__ if isinstance(part, type) else ".".join(map(str, part))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("shape", "path", "value", "pattern"),
    [pytest.param(*case, id=f"{case[0].__name__}-{_name(case[1])}") for case in cases()],
)
def test_what_the_published_pattern_forbids_is_refused_by_its_field(
    shape: type, path: Path, value: str, pattern: str
) -> None:
    # As everybody but Python reads it: `$` is the end, not the place before a last line end.
    allows = re.compile(re.sub(r"\$(?=\(|$)", r"\\Z", pattern)).search
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(shape)
    decode(decoder, changed(REQUESTS[shape], path, value))
    wrong = [
        bad
        for odd in ODD
        for bad in (odd, odd + value[1:], value[:-1] + odd, value + odd)
        if not allows(bad)
    ]
    if path[-1] != "full_name":
        assert value + "\n" in wrong
    for bad in wrong:
        with pytest.raises(Problem) as refused:
            decode(decoder, changed(REQUESTS[shape], path, bad))
        assert refused.value.code == "body_wrong"
        field = path[-1] if isinstance(path[-1], str) else path[-2]
        assert str(field) in refused.value.at, ascii(bad)
