"""Sorting and paging by links: only allowed keys, only pages that exist, other filters kept."""

from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from danso.toolkit.html.lists import Pages, Sorting


def get(query: str) -> WSGIRequest:
    return RequestFactory().get(f"/ds?{query}")


def test_sorting_reads_only_what_is_allowed() -> None:
    assert Sorting.of(get("sort=-born"), ["name", "born"], "name").descending
    fallen = Sorting.of(get("sort=password"), ["name", "born"], "-name")
    assert (fallen.key, fallen.descending) == ("name", True)


def test_a_second_click_turns_the_order_round_and_keeps_filters() -> None:
    sorting = Sorting.of(get("sort=name&state=open&page=7"), ["name", "born"], "name")
    assert sorting.href("name") == "?state=open&sort=-name"
    assert sorting.href("born") == "?state=open&sort=born"
    assert (sorting.aria("name"), sorting.aria("born")) == ("ascending", "none")
    turned = Sorting.of(get("sort=-name"), ["name"], "name")
    assert (turned.href("name"), turned.aria("name")) == ("?sort=name", "descending")


def test_pages_never_leave_the_list() -> None:
    asked = ["", "page=0", "page=-3", "page=x", "page=99999999999", "page=3", "page=²"]
    assert [Pages.of(get(one), 120, 50).number for one in asked] == [1, 1, 1, 1, 1, 3, 1]
    assert Pages.of(get("page=9"), 120, 50).number == 3


def test_rows_of_a_page() -> None:
    page = Pages.of(get("page=3"), 120, 50)
    assert (page.offset, page.first_row, page.last_row, page.last) == (100, 101, 120, 3)
    empty = Pages.of(get("page=3"), 0, 50)
    assert (empty.number, empty.first_row, empty.last_row, empty.last) == (1, 0, 0, 1)


def test_page_links_leave_gaps() -> None:
    shown = list(Pages.of(get("page=10&state=a"), 1000, 50).shown())
    assert shown == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert Pages.of(get("page=10&state=a"), 1000, 50).href(2) == "?state=a&page=2"
