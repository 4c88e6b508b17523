"""How messages leave a home: `messages.toml`, its secrets, and the shelf of a demo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from danso.config.home import Home, default_home
from danso.config.identities import PAGES, let_read
from danso.config.secrets import Secrets
from danso.config.source_homes import is_demo
from danso.kernel.errors import InvalidValue
from danso.modules.notices.adapters.email import EmailCarrier
from danso.modules.notices.adapters.port import Carrier
from danso.modules.notices.adapters.settings import (
    EMAIL_SECRET,
    FILE,
    SMS_SECRET,
    Setup,
    read_setup,
)
from danso.modules.notices.adapters.shelf import Shelf
from danso.modules.notices.adapters.sms import SmsCarrier
from danso.modules.notices.data import Channel
from danso.modules.notices.interface import use_carriers


def install(home: Home, file: Path) -> Setup:
    """Check a `messages.toml` and put it, with the secrets beside it, into the home.

    A home that has a secret already (or gets it by environment) needs none beside the file.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidValue(
            f"{file} cannot be read", code="messages_setup", fix="Name a messages.toml."
        ) from error
    setup = read_setup(text)
    secrets = Secrets(home)
    for name in secret_names(setup):
        beside = file.parent / name
        if beside.is_file():
            secrets.write(name, beside.read_text(encoding="utf-8").strip())
        elif secrets.find(name) is None:
            raise InvalidValue(
                f"the secret {name} is missing",
                code="messages_secret",
                fix=f"Put it beside {FILE} as {name} (0600) and install that again.",
            )
    draft = home.files / f"{FILE}.new"
    draft.write_text(text, encoding="utf-8")
    let_read(draft, PAGES)
    draft.replace(home.files / FILE)
    return setup


def read(home: Home) -> Setup | None:
    """The settings of this home, or None where there are none."""
    try:
        return read_setup((home.files / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def secret_names(setup: Setup) -> list[str]:
    """Names of the secrets that these settings need."""
    names = []
    if setup.sms is not None:
        names.append(SMS_SECRET)
    if setup.email is not None and setup.email.user:
        names.append(EMAIL_SECRET)
    return names


def use_home() -> None:
    """Have this process send as its home says."""
    use_carriers(HomeCarriers(Home(default_home())))


@dataclass(frozen=True)
class HomeCarriers:
    """The ways out as `messages.toml` says now, so that a change needs no restart."""

    home: Home

    def find(self, channel: Channel) -> Carrier | None:
        """See modules/notices/adapters/port.py."""
        setup = read(self.home)
        if setup is None:
            return Shelf() if is_demo(self.home) else None
        secrets = Secrets(self.home)
        if channel is Channel.SMS and setup.sms is not None:
            return SmsCarrier(setup.sms, secrets.find(SMS_SECRET) or "")
        if channel is Channel.EMAIL and setup.email is not None:
            return EmailCarrier(setup.email, secrets.find(EMAIL_SECRET) or "")
        return None

    def contact(self, code: str) -> str | None:
        """See modules/notices/adapters/port.py."""
        setup = read(self.home)
        return setup.contacts.get(code) if setup is not None else None
