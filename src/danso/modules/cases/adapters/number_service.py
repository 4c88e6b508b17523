"""The road to the national number service: a birth goes there, a personal number comes back.

The real service's specification is not public: this one is ours, and `danso stand-in-number` speaks
it. `POST /v1/births` asks, under the deed's key; `GET /v1/births/KEY` asks what became of it, and
carries nobody's name.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import httpx
import msgspec

from danso.modules.cases.adapters.roads import Deed, Delivered, RoadDownError, RoadRefusesError

SECONDS: Final = 15.0
_LONGEST: Final = 4096
_SPOKEN: Final = (httpx.codes.OK, httpx.codes.ACCEPTED)
# A code, never words about people.
Reason = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]{0,29}$")]


class Answer(msgspec.Struct):
    """The service's own shape. Members that we don't know are passed over."""

    state: Literal["issued", "accepted", "refused"]
    receipt: str = ""
    number: str = ""
    reason: str = ""


class NumberService:
    """Speaks to the configured address only: no redirects, no proxies of the environment."""

    def __init__(self, address: str, secret: str, ca_file: str = "") -> None:
        self._births = f"{address.rstrip('/')}/v1/births"
        self._secret = secret
        self._ca_file = ca_file

    def deliver(self, deed: Deed) -> Delivered:
        """See Road. The same key asked again gets the first answer again."""
        body = {
            "request": str(deed.key),
            "file": deed.file_code,
            "procedure": deed.procedure,
            "child": dict(deed.body["fields"]),
            "parents": dict(deed.body["parties"]),
        }
        told = self._call("POST", self._births, str(deed.key), body)
        return _understood(told)

    def follow(self, deed: Deed) -> Delivered:
        """See FollowedRoad. A service that has lost what it accepted is asked anew."""
        told = self._call("GET", f"{self._births}/{deed.key}", str(deed.key))
        if told.status_code == httpx.codes.NOT_FOUND:
            return self.deliver(deed)
        return _understood(told)

    def _call(
        self, method: str, address: str, key: str, body: dict[str, Any] | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._secret}", "Idempotency-Key": key}
        try:
            with httpx.Client(
                timeout=SECONDS, verify=self._trust(), trust_env=False, follow_redirects=False
            ) as http:
                return http.request(method, address, json=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            # OSError: the file of certificates can't be read. Other deeds go on.
            raise RoadDownError(type(error).__name__, is_silent=True) from error

    def _trust(self) -> ssl.SSLContext | bool:
        return ssl.create_default_context(cafile=Path(self._ca_file)) if self._ca_file else True


def _understood(told: httpx.Response) -> Delivered:
    """What cannot be understood counts as no answer: the same key is asked again later."""
    if told.status_code not in _SPOKEN:
        raise RoadDownError(f"http_{told.status_code}")
    if len(told.content) > _LONGEST:
        raise RoadDownError("answer_too_long")
    try:
        answer = msgspec.json.decode(told.content, type=Answer)
    except msgspec.MsgspecError as error:
        raise RoadDownError("answer_shape") from error
    if answer.state == "refused":
        raise RoadRefusesError(_reason(answer.reason))
    is_issued = answer.state == "issued"
    if is_issued and not answer.number:
        raise RoadDownError("answer_shape")
    return Delivered(
        answer.receipt,
        is_done=is_issued,
        asks_again=not is_issued,
        number=answer.number if is_issued else "",
    )


def _reason(said: str) -> str:
    try:
        return msgspec.convert(said, Reason)
    except msgspec.ValidationError:
        return "unnamed_reason"
