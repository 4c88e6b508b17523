"""An SMS gateway over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import httpx

from danso.modules.notices.adapters.port import Letter, NeverError, NotNowError
from danso.modules.notices.adapters.settings import Sms

# Answers after which the same message may be taken later.
_LATER: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


@dataclass(frozen=True)
class SmsCarrier:
    """Hands each message to the gateway in one call; redirects are not followed."""

    setup: Sms
    token: str = field(default="", repr=False)
    keeps_text: bool = False

    def send(self, letter: Letter) -> None:
        names = self.setup.fields
        body = {
            names.to: self._number(letter.address),
            names.text: letter.text,
            names.key: str(letter.key),
        }
        if self.setup.sender:
            body[names.sender] = self.setup.sender
        headers = {}
        if self.token:
            headers[self.setup.token_header] = f"{self.setup.token_before}{self.token}"
        try:
            answer = httpx.post(
                self.setup.address, json=body, headers=headers, timeout=self.setup.timeout
            )
        except httpx.HTTPError as error:
            raise NotNowError(f"unreachable:{type(error).__name__}"[:60]) from None
        if answer.is_success:
            return
        fault = f"status:{answer.status_code}"
        if answer.is_client_error and answer.status_code not in _LATER:
            raise NeverError(fault)
        raise NotNowError(fault)

    def _number(self, phone: str) -> str:
        return f"84{phone[1:]}" if self.setup.numbers == "country" else phone
