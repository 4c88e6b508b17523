"""Rows that a service hands out as pages of JSON, from where the last pull was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx
import polars as pl

from danso.catalogue.shapes.sources import RestTransport, Source
from danso.kernel.errors import DansoError
from danso.modules.sources.adapters.calls import NOT_MODIFIED, Answer, Caller
from danso.modules.sources.adapters.faults import SourceDown, elsewhere, loops, unexpected
from danso.modules.sources.adapters.port import (
    MOST_ROWS,
    Batch,
    Checked,
    Checkpoint,
    End,
    Problem,
    columns_missing,
    compare,
    empty_rows,
    needed_of,
    wanted_of,
    without_key,
)
from danso.modules.sources.adapters.roads import Road
from danso.modules.sources.adapters.walks import Walk, digest, digest_page
from danso.toolkit.tables.header import tidied
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.nested import Picker, paths_of
from danso.toolkit.tables.tables import text_frame
from danso.wire.flattening import Texts, flat

# Fewer rows may lack an optional member by chance; then only the key is insisted on.
_ENOUGH_TO_JUDGE: Final = 20
_MOST_EMPTY_PAGES: Final = 1000


class _Loop(SourceDown):
    """A page names one that was read already as the next: asked again first, then given up."""

    def __init__(self) -> None:
        super().__init__("loop")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), ()


@dataclass(frozen=True)
class Page:
    """One page as it was read: its rows (a code for one that can't be read), what comes next."""

    rows: tuple[Texts | str, ...]
    next: str
    etag: str


@dataclass(frozen=True)
class RestConnector:
    """The service of one source. `caller` knows address, account and patience."""

    source: Source
    transport: RestTransport
    url: str
    caller: Caller

    def check(self) -> Checked:
        """Is it there, are we let in, and has its first page the members described?"""
        with closing(self.caller):
            try:
                page = self._fetch(httpx.URL(self.url), "")
            except DansoError as error:
                return Checked.failed(error)
        if page is None or not (paths := paths_of(page.rows)):
            return Checked(ok=True)
        checked = compare(self.source, paths)
        if self.transport.changed in checked.missing:
            problem = Problem.of(columns_missing([str(self.transport.changed)]))
            return replace(checked, ok=False, problems=(*checked.problems, problem))
        return checked

    def preview(self, limit: int = 20) -> Batch:
        """The first rows of the first page."""
        with closing(self.caller):
            page = self._fetch(httpx.URL(self.url), "")
        rows = () if page is None else page.rows[:limit]
        frame, _, faulty = self._sorted_out(rows, Walk())
        return Batch(frame, faulty, {})

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Page after page. A page that came before is told as `page_twice` and left out; the next
        walk then asks for the same again, for it may have come in another's place."""
        walk = Walk.of(since).begun()
        empty = 0
        with closing(self.caller):
            while walk.underway:
                try:
                    page = self._turned(walk)
                except _Loop as error:
                    yield self._broken_off(walk)
                    raise loops() from error
                if page is None:
                    walk = walk.unchanged()
                    rows = empty_rows(wanted_of(self.source))
                    yield Batch(rows, (), walk.as_checkpoint(), end="whole")
                    return
                empty = 0 if page.rows else empty + 1
                if empty > _MOST_EMPTY_PAGES:
                    raise loops()
                for batch in self._read_page(walk, page):
                    yield batch
                    walk = Walk.of(batch.after)

    def _broken_off(self, walk: Walk) -> Batch:
        faulty = (Fault(walk.rows, "page_loop"),)
        after = walk.broken_off().as_checkpoint()
        rows = empty_rows(wanted_of(self.source))
        return Batch(rows, faulty, after, end="broken", everything=not walk.since)

    def _turned(self, walk: Walk) -> Page | None:
        """The page at which the walk is; None where the source says that nothing is new."""
        url = self._address(walk)
        first = not walk.next and walk.etag_for == digest(str(url))
        return self._fetch(url, walk.etag if first else "", walk)

    def _address(self, walk: Walk) -> httpx.URL:
        first = httpx.URL(self.url)
        if walk.next.startswith(("http://", "https://")):
            url = httpx.URL(walk.next)
            if (url.scheme, url.host, url.port) != self.caller.origin:
                raise elsewhere("next")
            return url
        asked = {self.transport.page_parameter: walk.next} if walk.next else {}
        if self.transport.since and walk.since:
            asked[self.transport.since] = walk.since
        return first.copy_merge_params(asked)

    def _fetch(self, url: httpx.URL, etag: str, walk: Walk | None = None) -> Page | None:
        """A page; one that was read already, or leads back to one, is asked for again first."""
        tries = 0

        def read(answer: Answer) -> Page | None:
            nonlocal tries
            if answer.status == NOT_MODIFIED:
                return None
            page = read_page(answer, self.transport, self.caller.road)
            if walk is not None and page.next and walk.leads_back(page.next):
                raise _Loop
            if walk is not None and not tries and self._digest_page(page) in walk.pages:
                tries += 1
                raise SourceDown("page_twice")
            return page

        return self.caller.get(url, etag, read)

    def _read_page(self, walk: Walk, page: Page) -> Iterator[Batch]:
        """The page's rows, at most so many at once."""
        self._check_members(page.rows)
        name = self._digest_page(page)
        is_twice = bool(page.rows) and name in walk.pages
        rows = () if is_twice else page.rows[walk.skipped :]
        # Their moments count still, or the next pull would begin before them.
        is_done = name in walk.done
        told = (Fault(walk.rows + 1, "page_twice"),) if is_twice else ()
        while len(rows) > MOST_ROWS:
            now, rows = rows[:MOST_ROWS], rows[MOST_ROWS:]
            frame, seen, faulty = self._sorted_out(now, walk, is_done=is_done)
            walk = replace(
                walk.noted(seen), rows=walk.rows + len(now), skipped=walk.skipped + len(now)
            )
            yield Batch(frame, faulty, walk.as_checkpoint(), everything=not walk.since)
        frame, seen, faulty = self._sorted_out(rows, walk, is_done=is_done)
        walk = walk.noted(seen).turned(
            page.next, name, self._first_etag(walk, page), rows=len(rows), is_twice=is_twice
        )
        after = walk if page.next else walk.ended()
        end: End = "" if page.next else "broken" if walk.twice else "whole"
        faulty = (*told, *faulty)
        yield Batch(frame, faulty, after.as_checkpoint(), end=end, everything=not walk.since)

    def _first_etag(self, walk: Walk, page: Page) -> tuple[str, str]:
        if walk.next:
            return walk.etag, walk.etag_for
        return page.etag, digest(str(self._address(walk)))

    def _digest_page(self, page: Page) -> str:
        readable = ({} if isinstance(row, str) else row for row in page.rows)
        rows = (digest(*(f"{k}={v}" for k, v in row.items())) for row in readable)
        return digest_page(list(rows))

    def _check_members(self, rows: Sequence[Texts | str]) -> None:
        """Refuse pages whose rows have lost the members that are needed."""
        here = {tidied(path) for row in rows if not isinstance(row, str) for path in row}
        if not here:
            return
        needed = needed_of(self.source) if len(rows) >= _ENOUGH_TO_JUDGE else (self.source.key,)
        by_code = self.source.by_code
        lacking = [one for one in needed if not here & set(map(tidied, by_code[one].columns))]
        if lacking:
            raise columns_missing(lacking)

    def _sorted_out(
        self, rows: Sequence[Texts | str], walk: Walk, *, is_done: bool = False
    ) -> tuple[pl.DataFrame, list[tuple[str, str]], tuple[Fault, ...]]:
        """The rows that are new, (moment, digest) of each, and those that can't be read."""
        wanted = wanted_of(self.source)
        picker = Picker(wanted)
        moment = list(wanted).index(self.transport.changed) if self.transport.changed else None
        kept: list[list[str]] = []
        lines: list[int] = []
        seen: list[tuple[str, str]] = []
        faulty: list[Fault] = []
        known = frozenset(walk.known)
        for line, row in enumerate(rows, start=walk.rows + 1):
            if isinstance(row, str):
                faulty.append(Fault(line, row))
                continue
            cells = picker.pick(row)
            name = digest(*cells)
            seen.append(("" if moment is None else cells[moment], name))
            if name not in known and not is_done:
                kept.append(cells)
                lines.append(line)
        columns = {name: [cells[at] for cells in kept] for at, name in enumerate(wanted)}
        frame, nameless = without_key(text_frame(columns, lines), self.source.key)
        return frame, seen, (*faulty, *nameless)


def read_page(answer: Answer, transport: RestTransport, road: Road) -> Page:
    """A page from its JSON, out of what the road wrapped it in. SourceDown for what is no JSON: it
    may come whole the next time."""
    try:
        found: Any = json.loads(answer.content, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise SourceDown("unreadable") from error
    found = road.unwrapped(found)
    rows = _member(found, transport.rows)
    if not isinstance(rows, list):
        raise unexpected(f"no list under {transport.rows}")
    following = _member(found, transport.next)
    if following in (None, False, ""):
        following = ""
    if not isinstance(following, str):
        raise unexpected(f"{transport.next} is no address and no token")
    texts = tuple(map(flat, rows))
    return Page(texts, following, answer.etag)


def _member(found: Any, path: str) -> Any:
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
