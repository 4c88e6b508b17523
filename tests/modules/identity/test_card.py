"""The QR text of a card: what readers type, old and new, and what is no card."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity import rules
from danso.modules.identity.data import LockReason, Role
from danso.modules.identity.engine.card import looks_like_card, read_card

OLD = "099084000123|990001234|Nguyễn Thị Sông|03021984|Nữ|Thôn 1, Xã Mẫu|01052022"


@pytest.mark.parametrize(
    "text",
    [
        OLD,
        "\ufeff" + OLD + "\r\n",
        unicodedata.normalize("NFD", OLD),
        OLD.replace("|01052022", "|"),
        OLD + "||||Nguyễn Văn Núi|",
        OLD.replace("990001234", ""),
    ],
)
def test_reads_what_readers_type(text: str) -> None:
    found = read_card(text)
    assert looks_like_card(text)
    assert (found.number, found.full_name, found.sex) == ("099084000123", "Nguyễn Thị Sông", 2)
    assert found.birth == PartialDate(1984, 2, 3)


@pytest.mark.parametrize(
    "text",
    [
        "|",
        "099084000123|",
        OLD.replace("03021984", "31021984"),
        OLD.replace("099084000123", "09908400012"),
        OLD.replace("Nguyễn Thị Sông", " "),
        OLD.rpartition("|")[0].rpartition("|")[0],
    ],
)
def test_refuses_what_no_card_says(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_card(text)


@pytest.mark.parametrize(
    ("level", "age", "through_parent", "fault"),
    [
        (1, 14, False, ""),
        (1, 13, False, "child_through_parent"),
        (1, 3, True, ""),
        (2, 5, True, "too_young_for_level_2"),
        (2, 6, True, ""),
    ],
)
def test_who_may_hold_which_level(level: int, age: int, through_parent: bool, fault: str) -> None:
    standing = rules.Standing(age=age, has_card=True)
    assert rules.check_holder(level, standing, through_parent=through_parent) == fault


def test_age_is_what_is_certain() -> None:
    day = date(2026, 12, 1)
    assert rules.age_on(PartialDate(2012), day) == 13, "perhaps born on 31 December"
    assert rules.age_on(PartialDate(2012, 12, 1), day) == 14
    assert rules.age_on(PartialDate(2012, 12, 2), day) == 13


def test_commune_police_lift_no_lock_by_death() -> None:
    rules.check_unlock(LockReason.HOLDER, {Role.COMMUNE_POLICE})
    rules.check_unlock(LockReason.DEATH, {Role.PROVINCIAL_POLICE})
    for reason in (LockReason.DEATH, LockReason.MERGED):
        with pytest.raises(Refused):
            rules.check_unlock(reason, {Role.COMMUNE_POLICE})


def test_what_is_typed_by_hand_is_no_card() -> None:
    read = identity.read_card(OLD)
    assert read is not None
    assert read.number == "099084000123"
    assert identity.read_card("099084000123") is None
    with pytest.raises(InvalidValue, match="card"):
        identity.read_card("099084000123|nonsense")
