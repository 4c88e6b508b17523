"""The receipt of a file as a compact JWS: it fits into a QR, and anybody checks it off line."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from danso.kernel import clock
from danso.modules.signon.adapters import signing
from danso.modules.signon.data import FileReceipt

KIND: Final = "danso-receipt"


def sign_receipt(receipt: FileReceipt) -> str:
    """See interface. Short names: every letter makes the QR denser."""
    claims = {
        "file": receipt.code,
        "proc": receipt.procedure,
        "at": _minute(receipt.received),
        "unit": receipt.unit,
    }
    if receipt.due is not None:
        claims["due"] = _minute(receipt.due)
    return signing.sign(claims, KIND)


def read_receipt(text: str) -> FileReceipt | None:
    """See interface."""
    claims = signing.read_own(text.strip(), KIND)
    return None if claims is None else _receipt(claims)


def _receipt(claims: dict[str, Any]) -> FileReceipt:
    due = claims.get("due")
    return FileReceipt(
        code=claims["file"],
        procedure=claims["proc"],
        received=datetime.fromisoformat(claims["at"]),
        due=datetime.fromisoformat(due) if due else None,
        unit=claims["unit"],
    )


def _minute(at: datetime) -> str:
    return clock.local(at).isoformat(timespec="minutes")
