"""What a demo home does with messages: they stay where whoever tries danso can read them."""

from __future__ import annotations

from danso.modules.notices.adapters.port import Letter


class Shelf:
    """Takes everything; the text stays with the message for a day."""

    keeps_text = True

    def send(self, letter: Letter) -> None:
        del letter
