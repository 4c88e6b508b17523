"""Every macro renders, in both languages and layouts, with nothing that the policy would block."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client, override_settings

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "path"}


class Page(HTMLParser):
    """Collects ids, references, attributes and tags, and whether tags close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.labels: list[str] = []
        self.controls: list[str] = []
        self.headings: list[int] = []
        self.feed(text)
        self.faults += [f"not closed: {tag}" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self._watch(tag, found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._watch(tag, dict(attrs))

    def _watch(self, tag: str, found: dict[str, str | None]) -> None:
        for name in found:
            if name == "style" or name.startswith(("on", "hx-on", "hx-vals", "hx-vars")):
                self.faults.append(f"inline {name} on {tag}")
        if tag == "style" or (
            tag == "script" and "src" not in found and found.get("type") != "application/json"
        ):
            self.faults.append(f"inline {tag}")
        if found.get("id"):
            self.ids.append(found["id"] or "")
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            self.wanted += (found.get(name) or "").split()
        if tag == "label":
            self.labels.append(found.get("for") or "")
        if tag in ("input", "select", "textarea") and found.get("type") != "hidden":
            self.controls.append(found.get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"closed out of order: {tag} in {self.open[-3:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest, client: Client, english: None) -> str:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = request.param
    return str(request.param)


@pytest.mark.parametrize("path", ["/gallery", "/gallery?variant=citizen", "/khong-co-trang-nay"])
def test_pages_are_whole_and_inert(client: Client, language: str, path: str) -> None:
    page = Page(client.get(path).content.decode())
    assert page.faults == []
    assert sorted(page.ids) == sorted(set(page.ids))
    assert [one for one in page.wanted if one not in page.ids] == []
    assert [one for one in page.controls if one not in page.labels] == []
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1


def test_a_form_with_errors_is_whole_too(client: Client, language: str) -> None:
    page = Page(client.post("/gallery", {"full_name": ""}).content.decode())
    assert page.faults == []
    assert [one for one in page.wanted if one not in page.ids] == []


def test_no_vietnamese_word_of_ours_is_left_on_an_english_page(
    client: Client, english: None
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    text = client.get("/gallery").content.decode()
    assert '<html lang="en"' in text
    for word in ("Dữ liệu giả lập", "Danh mục", "Tạm dừng", "Lọc", "chưa có số liệu", "Mật khẩu"):
        assert word not in text, word
    assert "Synthetic data – no real people." in text


def test_the_live_fragment_is_a_part_and_not_a_page(client: Client) -> None:
    text = client.get("/gallery/live").content.decode()
    assert "danso-tile" in text
    assert "<html" not in text


def test_a_real_home_has_no_gallery_and_no_demo_banner(client: Client) -> None:
    with override_settings(DANSO=replace(settings.DANSO, is_demo=False)):
        for path in ("/gallery", "/gallery/live", "/gallery/shapes.json"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert "giả lập" not in answer.content.decode().lower()


def test_every_page_of_a_demo_says_people_are_synthetic(client: Client) -> None:
    for path in ("/gallery", "/khong-co-trang-nay"):
        assert "Dữ liệu giả lập – không phải người thật." in client.get(path).content.decode()
