"""How surely somebody was recognised: levels of article 20 of Decree 69/2024."""

from __future__ import annotations

import pytest

from danso.modules.identity.rules import authentication_level
from danso.modules.identity.web.authenticated import methods_of


@pytest.mark.parametrize(
    ("methods", "level"),
    [
        ((), 0),
        (("user",), 0),
        (("pwd",), 1),
        (("sms",), 1),
        (("pwd", "pin"), 1),
        (("pwd", "otp"), 2),
        (("hwk", "pin", "user"), 2),
        (("face", "pwd"), 3),
        (("face", "sms"), 3),
        (("face", "hwk", "pin"), 4),
    ],
)
@pytest.mark.clause("II.2.3", partly="levels are told, not yet used for anything")
def test_authentication_level_of_methods(methods: tuple[str, ...], level: int) -> None:
    assert authentication_level(methods) == level


def test_methods_of_a_session_are_told_once_in_the_words_of_rfc_8176() -> None:
    records = [
        {"method": "password", "at": 1.0},
        {"method": "mfa", "type": "totp", "at": 2.0},
        {"method": "password", "reauthenticated": True, "at": 3.0},
        {"method": "unheard", "at": 4.0},
    ]
    assert methods_of(records) == ("otp", "pwd")
