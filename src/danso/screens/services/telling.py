"""A service in words: what is asked, what is not because the state holds it, papers, days, fee."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from danso.catalogue.shapes.procedures import (
    Channel,
    FormField,
    Given,
    Procedure,
    Requirement,
)
from danso.kernel import clock
from danso.toolkit.html.formats import number
from danso.toolkit.platform import province


@dataclass(frozen=True, slots=True)
class Proof:
    """What must be proven, and by what: `held` where the state looks itself."""

    name: str
    held: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A service as its page shows it."""

    code: str
    name: str
    number: str
    applicant: str
    asked: tuple[str, ...]
    known: tuple[str, ...]
    people: tuple[str, ...]
    may_be_own: bool
    proofs: tuple[Proof, ...]
    time: str
    fees: tuple[str, ...]
    result: str
    handled_by: str
    law: str
    note: str
    is_online: bool


class Bilingual(Protocol):
    """Anything with words in both languages; the English may be missing."""

    @property
    def vi(self) -> str: ...
    @property
    def en(self) -> str: ...


def said(words: Bilingual) -> str:
    """In the language of the page; Vietnamese where there is no English."""
    is_english = (get_language() or "").startswith("en")
    return (words.en if is_english else words.vi) or words.vi


def told(one: Procedure) -> Told:
    """Everything that a person wants to know before they begin."""
    return Told(
        code=one.code,
        name=said(one),
        number=one.number_on(clock.today()),
        applicant=said(one.applicant),
        asked=tuple(said(field) for field in one.asked),
        known=tuple(
            dict.fromkeys(said(field) for field in one.given if not names_somebody(one, field))
        ),
        people=tuple(
            said(party) if party.required else _("%(who)s (nếu có)") % {"who": said(party)}
            for party in one.parties
            if party.found == "number"
        ),
        may_be_own=any(party.can_be_applicant for party in one.parties),
        proofs=tuple(_proof(one, need) for need in one.requirements),
        time=time_of(one),
        fees=tuple(_fees(one)),
        result=said(one.result) if one.result else "",
        handled_by=said(province().agency(one.handled_by)),
        law=one.law,
        note=one.note,
        is_online=one.online in {"full", "part"},
    )


def time_of(one: Procedure) -> str:
    """How long it takes, or that nobody could find out."""
    term = one.term_on(clock.today())
    if term is None:
        return _("Chưa rõ")
    words = {
        "working-days": ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", term.amount),
        "calendar-days": ngettext("%(n)s ngày lịch", "%(n)s ngày lịch", term.amount),
        "working-hours": ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", term.amount),
    }
    return words[term.unit] % {"n": term.amount}


def fee_of(amount: int | None) -> str:
    """An amount in words: nothing to pay, dong, or that nobody could find out."""
    if amount is None:
        return _("Chưa rõ")
    return _("Không mất phí") if amount == 0 else _("%(n)s đồng") % {"n": number(amount)}


def given_by(means: Given) -> str:
    """Which body's data it is that the state looks in."""
    here = province()
    if means.field is not None:
        return _("dữ liệu dân cư")
    for source in here.sources.values():
        if any(fact.code == means.fact for fact in source.facts):
            return said(source)
    return _("dữ liệu đã kết nối")


def paper_name(code: str) -> str:
    """A kind of paper in words."""
    return said(province().papers.by_code[code])


def paper_choices(need: Requirement) -> tuple[tuple[str, str], ...]:
    """The papers that prove something, for a form."""
    return tuple(
        (one.paper, paper_name(one.paper)) for one in need.evidence if one.paper is not None
    )


def names_somebody(one: Procedure, field: FormField) -> bool:
    """Whether it is part of naming somebody else: that is asked, and compared with the register."""
    means = field.means
    if means is None or one.people[means.of].found != "number":
        return False
    return means.field in {"number", "full_name", "birth"}


def _proof(one: Procedure, need: Requirement) -> Proof:
    held = [given_by(way.given) for way in need.evidence if way.given is not None]
    papers = tuple(paper_name(way.paper) for way in need.evidence if way.paper is not None)
    return Proof(said(need), ", ".join(dict.fromkeys(held)), papers)


def _fees(one: Procedure) -> list[str]:
    if one.fees == "unknown":
        return [_("Chưa rõ")]
    channels: tuple[tuple[Channel, str], ...] = (
        ("online", _("nộp trực tuyến")),
        ("direct", _("nộp tại một cửa")),
    )
    found = {name: one.fee_on(clock.today(), channel) for channel, name in channels}
    amounts = {fee.amount for fee in found.values() if fee is not None}
    if len(amounts) == 1:
        return [fee_of(amounts.pop())]
    return [f"{fee_of(fee.amount)} ({name})" for name, fee in found.items() if fee is not None]
