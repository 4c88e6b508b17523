"""Refused bodies name a place and speak plainly."""

from __future__ import annotations

import msgspec
import pytest

from danso.gateway.people import decode
from danso.gateway.problems import Problem
from danso.wire.envelope import ChangesRequest, VerifyRequest

ENVELOPE = {"purpose": "p", "procedure": "1"}
PERSON = {"number": "909000000001", "full_name": "An"}


@pytest.mark.parametrize(
    ("kind", "body", "at", "detail"),
    [
        (ChangesRequest, {"envelope": ENVELOPE}, "$.after", "This field is missing."),
        (ChangesRequest, [], "$", "Expected an object, got a list."),
        (
            ChangesRequest,
            {"envelope": ENVELOPE, "after": -2},
            "$.after",
            "Expected a whole number of at least -1.",
        ),
        (
            ChangesRequest,
            {"envelope": ENVELOPE, "after": "x"},
            "$.after",
            "Expected a whole number, got text.",
        ),
        (
            VerifyRequest,
            {"envelope": ENVELOPE, "person": PERSON | {"number": "1"}},
            "$.person.number",
            "Expected at least 12 characters.",
        ),
        (
            VerifyRequest,
            {"envelope": ENVELOPE, "person": PERSON, "more": 1},
            "$.more",
            "This field is not known here.",
        ),
        (
            VerifyRequest,
            {"envelope": ENVELOPE, "person": PERSON | {"birth": "x"}},
            "$.person.birth",
            "Expected 1965, 1965-03 or 1965-03-21.",
        ),
    ],
)
def test_a_wrong_body_is_refused_with_its_place_in_plain_words(
    kind: type, body: object, at: str, detail: str
) -> None:
    decoder: msgspec.json.Decoder[object] = msgspec.json.Decoder(kind)
    with pytest.raises(Problem) as problem:
        decode(decoder, msgspec.json.encode(body))
    assert (problem.value.code, problem.value.at, problem.value.detail) == (
        "body_wrong",
        at,
        detail,
    )
