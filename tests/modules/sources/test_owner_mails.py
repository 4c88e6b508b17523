"""The owner of a source in trouble is told by mail, once, and of nobody's data."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from danso.kernel.keys import new_key
from danso.modules.notices import interface as notices
from danso.modules.notices.adapters.port import Carrier, Letter
from danso.modules.notices.data import Channel
from danso.modules.sources.data import SourceTroubled
from danso.modules.sources.interface import mail_owner
from danso.toolkit.platform import province

pytestmark = pytest.mark.django_db

SOURCE = "insurance"


@dataclass
class Post:
    """A way out by mail that keeps what it was given, and one agency's address."""

    agency: str
    letters: list[Letter] = field(default_factory=list)

    @property
    def keeps_text(self) -> bool:
        return False

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)

    def find(self, channel: Channel) -> Carrier | None:
        return self if channel is Channel.EMAIL else None

    def contact(self, code: str) -> str | None:
        return "owner@thanhhoa.example" if code == self.agency else None


def trouble(source: str = SOURCE) -> SourceTroubled:
    return SourceTroubled(new_key(), source, "drift", "columns_drifted")


def test_mail_owner_names_the_source_the_trouble_and_the_page() -> None:
    post = Post(province().source(SOURCE).owner)
    take_back = notices.use_carriers(post)
    try:
        assert mail_owner(trouble())
        notices.send_waiting(10)
    finally:
        take_back()

    letter = post.letters[0]
    assert letter.address == "owner@thanhhoa.example"
    assert province().source(SOURCE).vi in letter.title
    assert "/du-lieu/nguon/insurance/" in letter.text
    assert "columns_drifted" in letter.text


def test_mail_owner_of_an_agency_whose_address_nobody_gave_sends_nothing() -> None:
    take_back = notices.use_carriers(Post("somebody-else"))
    try:
        assert not mail_owner(trouble())
    finally:
        take_back()
    assert notices.newest_messages() == ()
