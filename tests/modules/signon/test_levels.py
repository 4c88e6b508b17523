"""Which step leads to an authentication level of Decree 69/2024, article 20."""

from __future__ import annotations

from uuid import UUID

import pytest

from danso.kernel import clock
from danso.modules.identity import rules as identity_rules
from danso.modules.identity.data import Authenticated
from danso.modules.signon import rules
from danso.modules.signon.data import Asked, Step


def somebody(level: int, *methods: str) -> Authenticated:
    return Authenticated(
        account=UUID(int=1),
        person=UUID(int=2),
        level=level,
        authentication=identity_rules.authentication_level(methods),
        methods=methods,
        at=clock.now(),
        session="s",
    )


@pytest.mark.parametrize(
    ("methods", "level"),
    [
        ((), 0),
        (("pwd",), 1),
        (("swk",), 1),
        (("face",), 1),
        (("pwd", "swk"), 2),
        (("pwd", "otp"), 2),
        (("otp", "swk"), 1),
        (("hwk", "pin", "user"), 2),
        (("face", "pwd"), 3),
        (("face", "otp"), 3),
        (("face", "fpt"), 1),
        (("face", "pwd", "swk"), 4),
        (("face", "hwk", "pin", "user"), 4),
    ],
)
def test_factors_of_different_kinds_make_the_level(methods: tuple[str, ...], level: int) -> None:
    assert identity_rules.authentication_level(methods) == level


@pytest.mark.parametrize(
    ("wanted", "level", "methods", "has_factor", "can_face", "step"),
    [
        ("2:2", 2, ("pwd",), True, False, Step.FACTOR),
        ("2:2", 2, ("pwd",), False, False, Step.NO_FACTOR),
        ("2:2", 1, ("pwd",), True, True, Step.LEVEL),
        ("2:3", 2, ("pwd",), False, True, Step.FACE),
        ("2:3", 2, ("pwd",), False, False, Step.LEVEL),
        ("1:3", 1, ("pwd",), True, True, Step.LEVEL),
        ("2:4", 2, ("pwd",), True, True, Step.FACTOR),
        ("2:4", 2, ("pwd",), False, True, Step.NO_FACTOR),
        ("2:4", 2, ("pwd", "swk"), True, True, Step.FACE),
        ("2:4", 2, ("face", "pwd"), True, True, Step.FACTOR),
        ("2:4", 2, ("face", "pwd", "swk"), True, True, Step.DONE),
        ("2:2", 2, ("face", "pwd"), True, True, Step.DONE),
    ],
)
def test_the_step_towards_a_level(
    wanted: str,
    level: int,
    methods: tuple[str, ...],
    has_factor: bool,
    can_face: bool,
    step: Step,
) -> None:
    asked = Asked("https://portal.example/back", "c", acr=(f"urn:danso:acr:{wanted}",))
    taken = rules.decide(
        asked,
        somebody(level, *methods),
        pushed_at=clock.now(),
        has_factor=has_factor,
        can_face=can_face,
    )
    assert taken is step
