"""Words of the page about consents: who, what for, which data, how long still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from danso.kernel import clock
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import ConsentAsked, ConsentData, ConsentStanding
from danso.modules.signon.data import CLAIM_NAMES, AccessData
from danso.modules.signon.data import ConsentData as Released
from danso.modules.sources import interface as sources
from danso.toolkit.html.formats import day
from danso.toolkit.platform import province

SOON: Final = timedelta(days=30)


class Bilingual(Protocol):
    """Anything of the catalogue with both names."""

    @property
    def vi(self) -> str: ...

    @property
    def en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FieldWords:
    """One field: its code, its name, and whether the law calls it sensitive."""

    code: str
    name: str
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One consent, or one service signed in to, as a line of the page."""

    key: str
    partner: str
    about: str
    data: str
    until: date | None
    state: str
    tone: str


def partner_words(code: str) -> str:
    return exchange.partner_name(code, is_english=_is_english()) or code


def purpose_words(code: str) -> str:
    found = province().purposes.get(code)
    return _said(found) if found else code


def field_words(code: str) -> FieldWords:
    found = province().fields.get(code) or sources.find_fact(code)
    if found is None:
        return FieldWords(code, code, is_sensitive=False)
    return FieldWords(code, _said(found), is_sensitive=found.sensitivity == "sensitive")


def standing_words(one: ConsentData, now: datetime) -> tuple[str, str]:
    """The state of a consent and its tone; how long is left where it ends within a month."""
    standing = one.standing(now)
    if standing is ConsentStanding.WITHDRAWN:
        return gettext("đã rút lại"), "mute"
    if standing is ConsentStanding.OVER:
        return gettext("hết hạn"), "mute"
    left = one.until - now
    if left > SOON:
        return gettext("đang có hiệu lực"), "good"
    days = left.days + 1
    return ngettext("còn %(n)s ngày", "còn %(n)s ngày", days) % {"n": days}, "warn"


def last_day(until: datetime) -> date:
    """The last day on which something with this (exclusive) end still holds."""
    return clock.local(until - timedelta(microseconds=1)).date()


def request_door(one: ConsentAsked) -> tuple[str, str, str]:
    """(who asks, where to read it, what for and until when to answer)."""
    text = gettext("%(purpose)s. Trả lời trước ngày %(day)s.") % {
        "purpose": purpose_words(one.purpose),
        "day": day(clock.local(one.open_until).date()),
    }
    return partner_words(one.partner), reverse("citizen:consent-asked", args=[one.key]), text


def live_row(one: ConsentData, now: datetime) -> Row:
    state, tone = standing_words(one, now)
    return _row(one, last_day(one.until), state, tone)


def ended_row(one: ConsentData, now: datetime) -> Row:
    state, tone = standing_words(one, now)
    ended = one.withdrawn_at or one.until
    return _row(one, clock.local(ended).date(), state, tone)


def access_row(one: AccessData) -> Row:
    """A service at which the account is signed in."""
    return Row(
        key=one.client,
        partner=partner_words(one.client),
        about="",
        data=claims_words(one.claims),
        until=clock.local(one.until).date(),
        state="",
        tone="",
    )


def released_row(one: Released) -> Row:
    """What was told to a service at one sign-in."""
    return Row(
        key=str(one.id),
        partner=partner_words(one.client),
        about="",
        data=claims_words(one.given),
        until=clock.local(one.at).date(),
        state="",
        tone="",
    )


def claims_words(claims: tuple[str, ...]) -> str:
    return "; ".join(gettext(CLAIM_NAMES.get(claim, claim)) for claim in claims)


def _row(one: ConsentData, until: date, state: str, tone: str) -> Row:
    return Row(
        key=str(one.key),
        partner=partner_words(one.partner),
        about=purpose_words(one.purpose),
        data="; ".join(field_words(code).name for code in one.fields),
        until=until,
        state=state,
        tone=tone,
    )


def _said(words: Bilingual) -> str:
    return words.en if _is_english() else words.vi


def _is_english() -> bool:
    return (get_language() or "").startswith("en")
