"""Counts, worklists and quality figures of the register, as they pass the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

Virtue = Literal["dung", "du", "sach", "song"]


@dataclass(frozen=True)
class PeopleCount:
    """How many people a commune has; `commune` None is residence not found on today's map."""

    commune: str | None
    alive: int
    dead: int
    missing: int
    with_number: int
    with_card: int


@dataclass(frozen=True)
class CardDue:
    """Someone who must have a card and has none that is valid."""

    person: UUID
    full_name: str
    birth: str | None
    commune: str | None
    hamlet: str | None
    reason: Literal["no_card", "expired"]
    expires: date | None


@dataclass(frozen=True)
class CardDueCount:
    """How many need a card in one hamlet."""

    commune: str | None
    hamlet: str | None
    without: int
    expired: int


@dataclass(frozen=True)
class Measure:
    """One way in which a person's data can fail one of the four virtues."""

    code: str
    virtue: Virtue
    vi: str
    en: str


# Đúng (right), đủ (complete), sạch (clean), sống (living): the plan's four words, as countable
# faults.
MEASURES: Final = (
    Measure(
        "number_disagrees",
        "dung",
        "Số định danh trái giới tính hoặc năm sinh",
        "Number disagrees with sex or birth year",
    ),
    Measure(
        "under_investigation", "dung", "Có trường đang xác minh", "A field is under investigation"
    ),
    Measure("no_number", "du", "Chưa có số định danh", "No personal number"),
    Measure(
        "birth_partial", "du", "Ngày sinh thiếu ngày hoặc tháng", "Birth date without day or month"
    ),
    Measure("sex_unknown", "du", "Chưa rõ giới tính", "Sex unknown"),
    Measure("no_ethnicity", "du", "Thiếu dân tộc", "Ethnic group missing"),
    Measure("no_nationality", "du", "Thiếu quốc tịch", "Nationality missing"),
    Measure("no_household", "du", "Chưa thuộc hộ nào", "In no household"),
    Measure("no_head", "du", "Hộ không còn chủ hộ", "Household without a living head"),
    Measure(
        "no_parents",
        "du",
        "Trẻ dưới 14 tuổi thiếu cả cha và mẹ",
        "Child under 14 with neither parent",
    ),
    Measure(
        "commune_unresolved",
        "sach",
        "Nơi thường trú chưa khớp xã hiện nay",
        "Residence not on today's map",
    ),
    Measure(
        "possible_duplicate",
        "sach",
        "Có thể trùng hồ sơ với người khác",
        "Possibly recorded twice",
    ),
    Measure(
        "old_number_shared",
        "sach",
        "Số CMND 9 số trùng với người khác",
        "9-digit number held by another too",
    ),
    Measure("unverified", "sach", "Có trường chưa xác minh", "A field is unverified"),
    Measure(
        "very_old", "song", "Trên 105 tuổi, chưa ghi nhận đã mất", "Over 105 and not recorded dead"
    ),
    Measure("temporary_expired", "song", "Tạm trú đã hết hạn", "Temporary residence expired"),
    Measure("stale", "song", "Quá 2 năm chưa ai xác nhận", "Vouched for by nobody for two years"),
)


@dataclass(frozen=True)
class QualityFigures:
    """The faults of one commune's living people: how many people fail each measure, each virtue."""

    commune: str | None
    people: int
    faults: Mapping[str, int]
    failing: Mapping[Virtue, int]

    def share(self, virtue: Virtue) -> float | None:
        """The share of people without a fault of this virtue; None where there is nobody."""
        return None if not self.people else 1 - self.failing[virtue] / self.people


@dataclass(frozen=True)
class KeptQuality(QualityFigures):
    """A commune's quality as last counted, with who must have a card and who of them has one."""

    must_have_card: int
    holding_card: int
    counted_at: datetime

    @property
    def card_share(self) -> float | None:
        """The share of those who must have a card that have a valid one; None without anybody."""
        return self.holding_card / self.must_have_card if self.must_have_card else None


@dataclass(frozen=True)
class Faulty:
    """Someone on a quality worklist."""

    person: UUID
    full_name: str
    birth: str | None
    number: str | None
    hamlet: str | None
    # The fields that are flagged, with the flag of each.
    flags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Nowhere:
    """Someone whose residence is not on today's map: what the papers say of it."""

    person: UUID
    full_name: str
    birth: str | None
    recorded_commune: str | None
    hamlet: str | None
    address: str | None
