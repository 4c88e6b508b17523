"""The addresses about consent, for the API's description."""

from __future__ import annotations

from typing import Final

from danso.gateway.operation import Operation
from danso.wire import consents

CONSENT_OPERATIONS: Final = (
    Operation(
        "/v1/consents/requests",
        "askConsent",
        "Ask a holder for consent to share (bodies outside the state)",
        consents.ConsentRequest,
        consents.ConsentRequestAnswer,
        (
            "consent_not_yours",
            "consent_request_open",
            "consent_asked_too_often",
            "consent_requests_many",
            "birth_wrong",
            "register_absent",
        ),
    ),
    Operation(
        "/v1/consents/status",
        "consentState",
        "Where a request for consent stands (bodies outside the state)",
        consents.ConsentStatusRequest,
        consents.ConsentState,
        ("consent_not_yours", "consent_request_unknown", "register_absent"),
    ),
)
