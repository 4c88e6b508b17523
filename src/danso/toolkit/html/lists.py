"""Sorting and paging of lists by plain links. Only values from a fixed list ever reach a URL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict


def _with(query: QueryDict, **changes: str | None) -> str:
    kept = [(key, value) for key, values in query.lists() for value in values if key not in changes]
    added = [(key, value) for key, value in changes.items() if value is not None]
    return f"?{urlencode([*kept, *added])}"


@dataclass(frozen=True, slots=True)
class Sorting:
    """Which column a list is sorted by, and the links that change it."""

    key: str
    descending: bool
    query: QueryDict
    parameter: str = "sort"

    @classmethod
    def of(
        cls, request: HttpRequest, allowed: Sequence[str], default: str, *, parameter: str = "sort"
    ) -> Sorting:
        """Read `?sort=name` or `?sort=-name`; anything not allowed falls back to `default`."""
        asked = request.GET.get(parameter, default)
        if asked.removeprefix("-") not in allowed:
            asked = default
        return cls(asked.removeprefix("-"), asked.startswith("-"), request.GET, parameter)

    def href(self, key: str) -> str:
        """The link of a column's head: sort by it, or turn the order round. Starts at page one."""
        turned = f"-{key}" if key == self.key and not self.descending else key
        return _with(self.query, **{self.parameter: turned, "page": None})

    def aria(self, key: str) -> str:
        """The value of aria-sort for this column's head."""
        if key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"


@dataclass(frozen=True, slots=True)
class Pages:
    """Numbered pages of a list whose total is known. Numbers start at 1."""

    number: int
    per_page: int
    total: int
    query: QueryDict

    @classmethod
    def of(cls, request: HttpRequest, total: int, per_page: int = 50) -> Pages:
        """Read `?page=`; nonsense and pages past the end become the nearest page that exists."""
        asked = request.GET.get("page", "1")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
        last = max(1, -(-total // per_page))
        return cls(min(max(1, number), last), per_page, total, request.GET)

    @property
    def last(self) -> int:
        """The last page's number; 1 for an empty list."""
        return max(1, -(-self.total // self.per_page))

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.per_page

    @property
    def first_row(self) -> int:
        """Number of the first row shown, 0 for an empty list."""
        return min(self.offset + 1, self.total)

    @property
    def last_row(self) -> int:
        """Number of the last row shown."""
        return min(self.offset + self.per_page, self.total)

    def href(self, number: int) -> str:
        """The link to a page."""
        return _with(self.query, page=str(number))

    def shown(self) -> Iterator[int | None]:
        """Page numbers worth a link; None stands for a gap."""
        near = {1, self.last, *range(self.number - 2, self.number + 3)}
        before = 0
        for number in sorted(n for n in near if 1 <= n <= self.last):
            if number - before > 1:
                yield None
            yield number
            before = number
