"""Journal entries of the gateway: written up to the outcome here, finished by the SQL function."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, json

from danso.gateway.standing import Agreement
from danso.kernel import clock


class _Detail(Struct, frozen=True, omit_defaults=True):
    agreement: str
    request: str = ""
    consent: str = ""
    ref: str = ""
    court: str = ""
    division: str = ""
    role: str = ""
    as_of: str = ""
    record: str = ""


class _Asked(Struct, frozen=True):
    system: str
    officer: str
    procedure: str
    file_code: str
    fields: tuple[str, ...]
    detail: _Detail


class Why(Struct, frozen=True):
    """Who asks, for which procedure and file, as the journal keeps it."""

    system: str
    officer: str
    procedure: str
    file_code: str
    request: str
    consent: str


_encode = json.Encoder().encode


def begun(
    agreement: Agreement, why: Why, fields: tuple[str, ...], *, consent: str = "", ref: str = ""
) -> str:
    """An entry up to its detail, left open: the function adds answer, outcome, time and subject."""
    asked = _Asked(
        why.system,
        why.officer,
        why.procedure,
        why.file_code,
        fields,
        _Detail(agreement.code, why.request, consent or why.consent, ref),
    )
    return f"{agreement.entry_start},{_encode(asked)[1:-2].decode()}"


def of_case(
    agreement: Agreement, why: Why, fields: tuple[str, ...], detail: Mapping[str, str]
) -> str:
    """As `begun`, with what a court says of its case: court, division, role, as_of, record, ref."""
    said = _Detail(agreement.code, why.request, why.consent, **detail)
    asked = _Asked(why.system, why.officer, why.procedure, why.file_code, fields, said)
    return f"{agreement.entry_start},{_encode(asked)[1:-2].decode()}"


def of_consent(
    agreement: Agreement, why: Why, action: str, fields: tuple[str, ...], request: str
) -> str:
    """As `begun`, for what is done about a request for consent: no share, so no `share`."""
    entry = of_case(agreement, why, fields, {"record": request})
    return entry.replace('"action":"share"', f'"action":"{action}"', 1)


class Begun:
    """As `begun` for the people of one batch: what they share is written once."""

    def __init__(self, agreement: Agreement, why: Why) -> None:
        self._agreement = agreement
        self._why = why
        self._starts: dict[tuple[str, ...], str] = {}

    def entry(self, fields: tuple[str, ...], consent: str, ref: str) -> str:
        """The entry about one of them."""
        if consent:
            return begun(self._agreement, self._why, fields, consent=consent, ref=ref)
        start = self._starts.get(fields)
        if start is None:
            start = self._starts[fields] = begun(self._agreement, self._why, fields)
        return f'{start},"ref":{_encode(ref).decode()}' if ref else start


def refused(entry_start: str, why: Why, code: str, agreement: str = "") -> str:
    """A whole entry about a call that was refused after its caller was known."""
    asked = _Asked(
        why.system,
        why.officer,
        why.procedure,
        why.file_code,
        (),
        _Detail(agreement, why.request, why.consent),
    )
    at = clock.now().isoformat()
    return (
        f'{entry_start},{_encode(asked)[1:-1].decode()},"outcome":"refused:{code}"'
        f',"at":"{at}","subject":null}}'
    )
