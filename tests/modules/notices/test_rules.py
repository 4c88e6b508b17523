"""Phone numbers in every spelling, masks, settings of a home."""

from __future__ import annotations

import pytest

from danso.kernel.errors import InvalidValue
from danso.modules.notices.adapters.settings import read_setup
from danso.modules.notices.data import Channel
from danso.modules.notices.rules import masked, parse_phone


@pytest.mark.parametrize(
    "text", ["0912345678", "+84 912 345 678", "84912345678", " 091.234.5678 ", "(091) 234-5678"]
)
def test_parse_phone_in_any_spelling(text: str) -> None:
    assert parse_phone(text) == "0912345678"


@pytest.mark.parametrize("text", ["", "0212345678", "091234567", "+1 912 345 678", "09123456780"])
def test_parse_phone_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_phone(text)
    assert refused.value.code == "phone_shape"


def test_parse_phone_of_made_up_people_only_where_they_live() -> None:
    assert parse_phone("0001234567", accepts_made_up=True) == "0001234567"
    with pytest.raises(InvalidValue):
        parse_phone("0001234567")


@pytest.mark.parametrize(
    ("channel", "address", "shown"),
    [
        (Channel.SMS, "0912345678", "*******678"),
        (Channel.EMAIL, "nguyen@example.vn", "n***@example.vn"),
    ],
)
def test_masked(channel: Channel, address: str, shown: str) -> None:
    assert masked(channel, address) == shown


@pytest.mark.parametrize(
    "text",
    [
        '[sms]\naddress = "http://sms.example/send"\n',
        '[sms]\naddress = "ftp://127.0.0.1/"\n',
        '[email]\nhost = "mail.example"\nsender = "a@b.example"\nsecurity = "none"\n',
        '[email]\nhost = "mail.example"\nsender = "a@b.example"\nport = 0\n',
        '[fax]\nnumber = "1"\n',
        "[sms\n",
    ],
)
def test_read_setup_that_does_not_hold_says_where_to_mend_it(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_setup(text)
    assert refused.value.code == "messages_setup"


def test_read_setup_with_contacts() -> None:
    setup = read_setup('[contacts]\n"bhxh" = "so@example.vn"\n')
    assert setup.contacts == {"bhxh": "so@example.vn"}
