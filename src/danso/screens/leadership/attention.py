"""What a leader should see first: short sentences, only where something asks for attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danso.screens.leadership.figures import Overview, commune_name
from danso.toolkit.html.formats import number

SLOW_SECONDS: Final = 5
# The gateway's own grace: past it, it answers 503 (gateway/settings.py).
GRACE_SECONDS: Final = 30
# Heads are signed twice a minute; two minutes without one is a sealer that stands still.
HEAD_SECONDS: Final = 120
FEW_REFUSALS: Final = 20
TIMES_USUAL: Final = 3
SHARE_USUAL: Final = 1 / 30
NAMED: Final = 3


@dataclass(frozen=True)
class Point:
    """One thing that asks for attention."""

    text: str
    tone: Literal["bad", "warn"]


def points(now: Overview) -> list[Point]:
    """The worst first; empty where all is as it should be."""
    found = [*_journal(now), *_corrections(now), *_refusals(now)]
    return sorted(found, key=lambda one: one.tone != "bad")


def is_journal_sound(now: Overview) -> bool:
    """Whether sealing and signing keep up."""
    return not _journal(now)


def are_refusals_unusual(now: Overview) -> bool:
    """More than a few, and more than three times a usual day (of the last seven).

    Where no day is known yet, one refused call in thirty is taken as usual.
    """
    usual = now.usual_refusals
    if usual is None:
        usual = now.today.verifications * SHARE_USUAL
    return now.today.refused > max(FEW_REFUSALS, TIMES_USUAL * usual)


def _journal(now: Overview) -> list[Point]:
    waits = now.unsealed_seconds
    if waits > GRACE_SECONDS:
        text = _(
            "Nhật ký chưa niêm phong kịp (%(seconds)s giây): "
            "cổng chia sẻ dừng trả lời cho đến khi kịp."
        )
        return [Point(text % {"seconds": number(waits)}, "bad")]
    if now.journal.head is None:
        return [Point(_("Nhật ký chưa được ký lần nào. Báo người vận hành."), "bad")]
    silent = (now.now - now.journal.head.head.at).total_seconds()
    if silent > HEAD_SECONDS:
        text = _("Nhật ký không được ký đã %(minutes)s phút. Báo người vận hành.")
        return [Point(text % {"minutes": number(silent // 60)}, "bad")]
    if waits > SLOW_SECONDS:
        text = _("Nhật ký niêm phong chậm: dòng cũ nhất đã chờ %(seconds)s giây.")
        return [Point(text % {"seconds": number(waits)}, "warn")]
    return []


def _corrections(now: Overview) -> list[Point]:
    late = sum(count for _name, count in now.late)
    if not late:
        return []
    text = ngettext(
        "%(count)s đề nghị chỉnh sửa đã quá hạn: %(where)s.",
        "%(count)s đề nghị chỉnh sửa đã quá hạn: %(where)s.",
        late,
    )
    named = ", ".join(
        f"{commune_name(code) or _('chưa rõ xã')} ({number(count)})"
        for code, count in now.late[:NAMED]
    )
    others = len(now.late) - NAMED
    if others > 0:
        named = _("%(named)s và %(others)s xã khác") % {"named": named, "others": number(others)}
    return [Point(text % {"count": number(late), "where": named}, "bad")]


def _refusals(now: Overview) -> list[Point]:
    if not are_refusals_unusual(now):
        return []
    count = number(now.today.refused)
    if now.usual_refusals is None:
        return [Point(_("Hôm nay nhiều lượt bị từ chối: %(count)s.") % {"count": count}, "warn")]
    text = _("Lượt bị từ chối nhiều bất thường: %(count)s hôm nay, ngày thường %(usual)s.")
    return [Point(text % {"count": count, "usual": number(now.usual_refusals)}, "warn")]
