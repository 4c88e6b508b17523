"""A mail server."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

from danso.kernel import clock
from danso.modules.notices.adapters.port import Letter, NeverError, NotNowError
from danso.modules.notices.adapters.settings import Email


@dataclass(frozen=True)
class EmailCarrier:
    """Hands each message to the server in a conversation of its own."""

    setup: Email
    password: str = field(default="", repr=False)
    keeps_text: bool = False

    def send(self, letter: Letter) -> None:
        try:
            with self._connected() as server:
                server.send_message(self._mail(letter))
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            raise (NeverError if code >= 500 else NotNowError)(f"status:{code}") from None
        except smtplib.SMTPResponseException as error:
            raise NotNowError(f"status:{error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotNowError(f"unreachable:{type(error).__name__}"[:60]) from None

    def _connected(self) -> smtplib.SMTP:
        setup = self.setup
        if setup.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                setup.host, setup.port, timeout=setup.timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(setup.host, setup.port, timeout=setup.timeout)
        if setup.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if setup.user:
            server.login(setup.user, self.password)
        return server

    def _mail(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self.setup.sender
        mail["To"] = letter.address
        mail["Subject"] = letter.title
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<{letter.key}@{self.setup.sender.rpartition('@')[2]}>"
        # RFC 3834: nobody's absence note answers it.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text)
        return mail
