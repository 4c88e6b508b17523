"""Where a pull over pages is: what was asked, which pages were read, what the newest row was.

A checkpoint holds digests and moments, never what a row says of somebody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from danso.kernel import clock
from danso.modules.sources.adapters.port import Checkpoint

_DIGEST: Final = 16
# So many rows of one moment are remembered; past that the next pull brings them a second time.
MOST_REMEMBERED: Final = 50_000
# A source's clock may run ahead a little; a row from further ahead is a slip of somebody's pen.
_AHEAD: Final = timedelta(days=1)

# A number longer than this is a text.
_MOST_DIGITS: Final = 40

Rank = tuple[int, int | float | str]


@dataclass(frozen=True)
class Walk:
    """One walk over the pages, from the first to the last, and what earlier ones leave to it.

    `since`: what it asks for ("": everything). `high`, `newest`: the latest moment seen, and the
    digests of the rows of that moment, which an inclusive `since` brings again; `ahead`: of rows
    dated ahead of time, which every `since` brings again. `known`: all those
    that the walk before saw. `asked`, `pages`: digests of this walk's tokens and pages;
    `done`: pages that came in a walk that went wrong.
    """

    underway: bool = False
    since: str = ""
    next: str = ""
    high: str = ""
    newest: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    rows: int = 0
    skipped: int = 0
    twice: bool = False
    etag: str = ""
    etag_for: str = ""

    @classmethod
    def of(cls, since: Checkpoint | None) -> Walk:
        """The walk a checkpoint stands in, or one that has not begun."""
        return cls() if since is None else msgspec.convert(dict(since), cls)

    def as_checkpoint(self) -> Checkpoint:
        """As JSON."""
        found: Checkpoint = msgspec.to_builtins(self)
        return found

    def begun(self) -> Walk:
        """The same walk where one is underway, else a new one from the newest moment."""
        if self.underway:
            return self
        return Walk(
            underway=True,
            since=self.high,
            high=self.high,
            newest=self.newest,
            known=(*self.newest, *self.ahead),
            done=self.done,
            etag=self.etag,
            etag_for=self.etag_for,
        )

    def turned(
        self, following: str, page: str, etag: tuple[str, str], *, rows: int, is_twice: bool
    ) -> Walk:
        """Past a page."""
        return replace(
            self,
            next=following,
            asked=(*self.asked, digest(self.next)),
            pages=(*self.pages, page) if rows else self.pages,
            rows=self.rows + rows,
            skipped=0,
            twice=self.twice or is_twice,
            etag=etag[0],
            etag_for=etag[1],
        )

    def ended(self) -> Walk:
        """All pages read. A page that came twice may have come in another's place, so such a walk
        does not count: the next asks again for what this one asked."""
        if self.twice:
            return self.broken_off()
        # A page's ETag speaks for that page: it says that nothing is new only where it is alone.
        etag = (self.etag, self.etag_for) if len(self.asked) == 1 else ("", "")
        return Walk(
            high=self.high,
            newest=self.newest,
            ahead=self.ahead,
            etag=etag[0],
            etag_for=etag[1],
        )

    def broken_off(self) -> Walk:
        """The walk went wrong: the next one is the same again. Pages of changes that came are not
        handed out again if they are still the same; a whole state is, for it is one or none."""
        done = tuple({*self.done, *self.pages}) if self.since else ()
        return Walk(high=self.since, newest=self.known, done=done)

    def unchanged(self) -> Walk:
        """The source says that nothing is new."""
        return replace(self, underway=False, known=(), asked=(), pages=(), done=())

    def leads_back(self, token: str) -> bool:
        """Whether a page names one that this walk has read as the next."""
        return digest(token) in self.asked or token == self.next

    def noted(self, rows: Iterable[tuple[str, str]]) -> Walk:
        """With these rows, (moment, digest), counted into the newest."""
        high, newest, ahead = self.high, list(self.newest), list(self.ahead)
        limit = clock.now() + _AHEAD
        for moment, row in rows:
            if not moment:
                continue
            if is_ahead(moment, limit):
                ahead.append(row)
            elif moment == high:
                newest.append(row)
            elif not high or rank(moment) > rank(high):
                high, newest = moment, [row]
        return replace(self, high=high, newest=_kept(newest), ahead=_kept(ahead))


def _kept(digests: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(digests))
    return kept if len(kept) <= MOST_REMEMBERED else ()


def digest(*parts: str) -> str:
    """A short name for a text that must not be kept itself."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:_DIGEST]


def digest_page(rows: Sequence[str]) -> str:
    """A page by its rows' digests."""
    return digest(*rows)


def rank(moment: str) -> Rank:
    """By which moments are put in order: numbers, then times, then other texts as they stand."""
    if _is_number(moment):
        return 0, int(moment)
    at = _instant(moment)
    return (2, moment) if at is None else (1, at.timestamp())


def is_ahead(moment: str, limit: datetime) -> bool:
    """Whether it is a time later than `limit`."""
    at = None if _is_number(moment) else _instant(moment)
    return at is not None and at > limit


def _is_number(moment: str) -> bool:
    return moment.isdecimal() and len(moment) <= _MOST_DIGITS


def _instant(moment: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=clock.VIETNAM)
