"""Old accounts judged: headings of portals' files, and what a comparison with the register means.

Pure. Law: Decree 69/2024 art. 7 (who holds an account), art. 40 (portals' own accounts end).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from danso.modules.identity.data import PortalReason, PortalState

HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "login": (
        "login", "account", "username", "tên đăng nhập", "tài khoản", "mã tài khoản", "tai_khoan",
        "ten_dang_nhap", "ma_tai_khoan",
    ),
    "portal": ("portal", "cổng", "hệ thống", "cong"),
    "number": (
        "number", "số định danh", "số định danh cá nhân", "số cccd", "cccd", "số cmnd/cccd",
        "cmnd/cccd", "số cmnd", "cmnd", "số giấy tờ", "so_giay_to", "so_dinh_danh",
    ),
    "full_name": ("full_name", "họ và tên", "họ tên", "ho_ten", "hoten", "ho_va_ten"),
    "birth": ("birth", "ngày sinh", "ngày, tháng, năm sinh", "năm sinh", "ngay_sinh"),
    "phone": ("phone", "điện thoại", "số điện thoại", "di động", "so_dien_thoai", "dien_thoai"),
}  # fmt: skip
NEEDED: Final = ("login", "number", "full_name")

Way = Literal["", "number", "old_number"]
Likeness = Literal["same", "tones", "other"]
Birth = Literal["same", "other", "none"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one row stands to the register. `way`: by which number somebody was found (or none);
    `holders`: people with that old number, `fits`: those of them with name and birth too."""

    asked: Way
    way: Way = ""
    name: Likeness = "other"
    birth: Birth = "none"
    is_active: bool = True
    life: str = "alive"
    is_minor: bool = False
    holders: int = 0
    fits: int = 0


@cache
def judge(seen: Comparison, *, two_names: bool, twice: bool) -> tuple[PortalState, PortalReason]:
    """What becomes of the account. `two_names`: its number stands with other names in the file
    too; `twice`: the account itself stands there with something else."""
    fault = _fault(seen)
    if twice:
        fault = PortalReason.ACCOUNT_TWICE
    elif fault in _NAMES and two_names:
        fault = PortalReason.TWO_NAMES
    if fault is not None:
        return PortalState.OPEN, fault
    if seen.life != "alive":
        is_dead = seen.life == "dead"
        return (
            (PortalState.REJECTED, PortalReason.DEAD)
            if is_dead
            else (PortalState.OPEN, PortalReason.MISSING)
        )
    if seen.is_minor:
        return PortalState.REJECTED, PortalReason.MINOR
    return PortalState.LINKED, PortalReason(seen.way)


_NAMES: Final = frozenset({PortalReason.NAME, PortalReason.NAME_TONES, PortalReason.NAME_AND_BIRTH})


def _fault(seen: Comparison) -> PortalReason | None:
    """The first of these that holds; None for somebody found with number, name and birth."""
    is_named = seen.name != "other"
    faults = (
        (not seen.way and seen.asked == "old_number", PortalReason.OLD_NUMBER_UNKNOWN),
        (not seen.way, PortalReason.NUMBER_UNKNOWN),
        (seen.holders > 1 and seen.fits != 1, PortalReason.SEVERAL),
        (not is_named and seen.birth != "same", PortalReason.NAME_AND_BIRTH),
        (not is_named, PortalReason.NAME),
        (not seen.is_active, PortalReason.NUMBER_CANCELLED),
        (seen.name == "tones", PortalReason.NAME_TONES),
        (seen.birth == "other", PortalReason.BIRTH),
        (seen.birth == "none", PortalReason.BIRTH_MISSING),
    )
    return next((reason for holds, reason in faults if holds), None)


def may_link_second(phone: str, known: str) -> bool:
    """Whether a second account of one person at one portal is linked unasked: the same telephone
    (digests) opened both."""
    return bool(phone) and phone == known
