"""The ASGI application: calls about people by a dictionary, the open pages by Starlette."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from danso.gateway import (
    batch,
    consents,
    corrections,
    courts,
    people,
    pushing,
    sharing,
    token_endpoint,
)
from danso.gateway.calls import AsgiCall, Call, Receive, Scope, Send
from danso.gateway.forwarding.routes import forwarded
from danso.gateway.gateway import Gateway
from danso.gateway.open_pages import open_pages
from danso.gateway.problems import Problem
from danso.gateway.settings import Settings

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# path -> (service of the agreement, work)
PEOPLE: Final[dict[str, tuple[str, people.Work]]] = {
    "/v1/verify": ("verify", people.verify),
    "/v1/verify/batch": ("batch", batch.verify_batch),
    "/v1/share": ("share", sharing.share),
    "/v1/link-number": ("link-number", sharing.link_number),
    "/v1/changes": ("changes", sharing.changes),
    "/v1/corrections": ("correction", corrections.open_correction),
    "/v1/corrections/status": ("correction", corrections.correction_status),
    "/v1/consents/requests": ("share", consents.ask_consent),
    "/v1/consents/status": ("share", consents.consent_state),
    "/v1/case-parties": ("case-parties", courts.case_parties),
    "/v1/case-records": ("case-parties", courts.case_record),
    "/v1/person-requests": ("person-request", courts.seek_person),
    "/v1/person-requests/status": ("person-request", courts.person_request_state),
    "/v1/court-decisions": ("court-decision", courts.propose_decision),
    "/v1/court-decisions/status": ("court-decision", courts.decision_state),
}


def create_app(settings: Settings) -> tuple[Application, Gateway]:
    """The application and the gateway behind it."""
    gateway = Gateway(settings)
    others = pushing.beside(gateway, open_pages(gateway))
    served = forwarded(gateway, PEOPLE) if settings.register == "absent" else PEOPLE

    async def answer(call: Call, path: str) -> None:
        await people.serve(gateway, call, path, *served[path])

    gateway.answer = answer

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        is_post = scope.get("method") == "POST"
        if path in PEOPLE and is_post:
            await answer(AsgiCall(scope, receive, send), path)
        elif path == "/v1/token" and is_post:
            await token_endpoint.serve(gateway, AsgiCall(scope, receive, send))
        elif path in PEOPLE or path == "/v1/token":
            await AsgiCall(scope, receive, send).refuse(Problem("method_wrong"))
        else:
            await others(scope, receive, send)

    return application, gateway
