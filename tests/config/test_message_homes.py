"""A home's ways out: installed with their secrets, effective at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from danso.config import message_homes
from danso.config.home import Home
from danso.kernel.errors import InvalidValue
from danso.modules.notices.adapters.shelf import Shelf
from danso.modules.notices.adapters.sms import SmsCarrier
from danso.modules.notices.data import Channel

SMS = '[sms]\naddress = "https://sms.example/send"\n\n[contacts]\n"bhxh" = "so@example.vn"\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    for folder in (made.path, made.secrets, made.files):
        folder.mkdir(parents=True, exist_ok=True)
    return made


def stamp(home: Home, kind: str) -> None:
    home.stamp.write_text(json.dumps({**home.read_stamp(), "kind": kind}))


def given(folder: Path, text: str, **secrets: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, secret in secrets.items():
        (folder / name.replace("_", "-")).write_text(secret)
    file = folder / "messages.toml"
    file.write_text(text)
    return file


def test_install_without_its_secret_changes_nothing(home: Home, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue) as refused:
        message_homes.install(home, given(tmp_path / "given", SMS))
    assert refused.value.code == "messages_secret"
    assert message_homes.read(home) is None


def test_install_puts_settings_and_secret_into_the_home(home: Home, tmp_path: Path) -> None:
    message_homes.install(home, given(tmp_path / "given", SMS, sms_token="a token"))

    ways = message_homes.HomeCarriers(home)
    way = ways.find(Channel.SMS)
    assert isinstance(way, SmsCarrier)
    assert way.token == "a token"
    assert "a token" not in repr(way)
    assert ways.find(Channel.EMAIL) is None
    assert ways.contact("bhxh") == "so@example.vn"


def test_ways_of_a_demo_without_settings_are_its_shelf_and_of_a_real_home_none(home: Home) -> None:
    ways = message_homes.HomeCarriers(home)
    stamp(home, "demo")
    assert isinstance(ways.find(Channel.SMS), Shelf)
    stamp(home, "real")
    assert ways.find(Channel.SMS) is None
