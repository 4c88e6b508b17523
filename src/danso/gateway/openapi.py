"""The API's description, OpenAPI 3.1, made from the shapes that the gateway really decodes."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

import msgspec
from msgspec import Struct

from danso import __version__
from danso.gateway.consent_operations import CONSENT_OPERATIONS
from danso.gateway.court_operations import COURT_OPERATIONS
from danso.gateway.operation import Operation
from danso.gateway.problems import PROBLEMS
from danso.wire import answers, envelope, push
from danso.wire.reasons import REASONS

_REF: Final = "#/components/schemas/{name}"


# Where the province keeps no register and the national database is asked instead.
_FORWARDED: Final = ("birth_needed", "officer_unregistered", "upstream_down", "upstream_refuses")

OPERATIONS: Final = (
    Operation(
        "/v1/verify",
        "verify",
        "Does what the paper says about one person match the register?",
        envelope.VerifyRequest,
        answers.VerifyAnswer,
        ("consent_missing", "birth_wrong", "fact_day_wrong", *_FORWARDED),
    ),
    Operation(
        "/v1/verify/batch",
        "verifyBatch",
        "The same for up to 1,000 people at once",
        envelope.BatchRequest,
        answers.BatchAnswer,
        (
            "consent_missing",
            "birth_wrong",
            "fact_day_wrong",
            "batch_waits",
            *_FORWARDED,
        ),
    ),
    Operation(
        "/v1/share",
        "share",
        "Named fields of one person (outside the state: what a live consent covers)",
        envelope.ShareRequest,
        answers.ShareAnswer,
        ("consent_needed", "birth_wrong", *_FORWARDED, "register_absent"),
    ),
    Operation(
        "/v1/link-number",
        "linkNumber",
        "Old (9 digits) to new (12 digits) number and back (state bodies)",
        envelope.LinkRequest,
        answers.LinkAnswer,
        ("state_bodies_only", "birth_wrong", *_FORWARDED),
    ),
    Operation(
        "/v1/changes",
        "changes",
        "What changed about the people you follow, by position (state bodies)",
        envelope.ChangesRequest,
        answers.ChangesAnswer,
        ("state_bodies_only", "register_absent"),
    ),
    Operation(
        "/v1/corrections",
        "openCorrection",
        "Report that the register is wrong",
        envelope.CorrectionRequest,
        answers.CorrectionAnswer,
        (
            "key_missing",
            "key_reused",
            "birth_wrong",
            "field_not_correctable",
            "value_not_listed",
            "claimed_wrong",
            "correction_open",
            "register_absent",
        ),
        is_write=True,
    ),
    Operation(
        "/v1/corrections/status",
        "correctionStatus",
        "Where a correction of yours stands",
        envelope.CorrectionStatusRequest,
        answers.CorrectionState,
        ("correction_unknown", "register_absent"),
    ),
    *CONSENT_OPERATIONS,
    *COURT_OPERATIONS,
)
# Without an envelope: the agreement that names the source says why.
PUSHES: Final = (
    Operation(
        "/v1/sources/{source}/records",
        "pushRecords",
        "Send the next batch of your records of a source (its owner)",
        push.PushRequest,
        push.PushAnswer,
        ("sequence_ahead", "sequence_reused", "push_full"),
    ),
    Operation(
        "/v1/sources/{source}/position",
        "pushPosition",
        "Which batch of a source is expected next (its owner)",
        push.PushPosition,
        push.PushPosition,
    ),
)
_USUAL: Final = (
    "body_malformed",
    "header_wrong",
    "token_missing",
    "token_invalid",
    "token_bound_elsewhere",
    "partner_closed",
    "not_agreed",
    "agreement_not_yours",
    "agreement_over",
    "agreement_not_begun",
    "field_not_agreed",
    "officer_missing",
    "file_missing",
    "body_too_slow",
    "body_too_large",
    "media_type",
    "body_wrong",
    "name_empty",
    "rate_exceeded",
    "not_answerable",
    "busy",
    "journal_behind",
    "no_news",
    "database_down",
)
_INTRODUCTION: Final = """Verify and share population data. Every call about a person is POST, \
says why it asks (`envelope`), and is journaled in the commit that answers it. Answers carry the \
newest signed head of the journal. Times are UTC, dates ISO 8601.

Verify answers match or no match with a reason code, never a stored value; after five wrong tries \
on one number in 24 hours it answers `too_many_attempts`.

Where the province keeps no register, verify, batch, share and link-number are forwarded to the \
national database: it answers about number, name and birth date together with yes or no, so a no \
does not say which field, and other fields say `not_forwarded`; changes and corrections answer \
`register_absent`."""


def document() -> dict[str, Any]:
    """The whole description."""
    shapes: list[type[Struct]] = [answers.ProblemDetails, answers.Token, answers.TokenError]
    shapes.append(answers.Sandbox)
    for operation in (*OPERATIONS, *PUSHES):
        shapes += [operation.asked, operation.answered]
    _, components = msgspec.json.schema_components(shapes, ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "danso gateway",
            "version": __version__,
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"partner": []}],
        "paths": _paths(),
        "components": {
            "schemas": components,
            "parameters": _PARAMETERS,
            "headers": _HEADERS,
            "securitySchemes": {
                "partner": {
                    "type": "oauth2",
                    "description": "private_key_jwt (RFC 7523); tokens live five minutes.",
                    "flows": {"clientCredentials": {"tokenUrl": "/v1/token", "scopes": {}}},
                }
            },
        },
        "x-reason-codes": {
            code: {"vi": reason.vi, "en": reason.en, "next": reason.next_en}
            for code, reason in REASONS.items()
        },
    }


def text() -> str:
    """The description as the committed file has it."""
    return json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _road(name: str, about: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": about,
        "schema": {"type": "string", "maxLength": 255},
    }


_PARAMETERS: Final = {
    "XRoadClient": _road("X-Road-Client", "Your subsystem; journaled, echoed"),
    "XRoadId": _road("X-Road-Id", "Your request's id; journaled, echoed"),
    "XRoadUserId": _road("X-Road-UserId", "Your officer's code, if not in the envelope"),
    "XRoadIssue": _road("X-Road-Issue", "Your file's code, if not in the envelope; echoed"),
    "XRoadService": _road("X-Road-Service", "The service you called; echoed"),
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "New for every write; sent again within 48 hours, answered alike",
        "schema": {"type": "string", "minLength": 8, "maxLength": 128},
    },
}
_SOURCE: Final = {
    "name": "source",
    "in": "path",
    "required": True,
    "description": "Code of the source, as your agreement names it",
    "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,64}$"},
}
_HEADERS: Final = {
    "DansoTreeHead": {
        "description": "The newest signed tree head (C2SP note), base64",
        "schema": {"type": "string"},
    },
    "RetryAfter": {"description": "Seconds to wait", "schema": {"type": "integer"}},
}


def _ref(shape: type[Struct]) -> dict[str, str]:
    return {"$ref": _REF.format(name=shape.__name__)}


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {operation.path: {"post": _post(operation)} for operation in OPERATIONS}
    sent, asked = PUSHES
    paths[sent.path] = {"parameters": [_SOURCE], "post": _post(sent)}
    paths[asked.path] = {"parameters": [_SOURCE], "get": _post(asked, has_body=False)}
    paths["/v1/token"] = {"post": _token()}
    paths["/v1/sandbox"] = {"get": _get("sandbox", "Published made-up people", answers.Sandbox)}
    paths["/v1/openapi.json"] = {"get": _plain("openapi", "This description", "application/json")}
    paths["/health"] = {"get": _plain("health", "The process runs", "text/plain")}
    paths["/ready"] = {"get": _plain("ready", "It would answer (503 says why not)", "text/plain")}
    paths["/metrics"] = {"get": _plain("metrics", "For Prometheus", "text/plain")}
    return paths


def _post(operation: Operation, *, has_body: bool = True) -> dict[str, Any]:
    parameters = [
        {"$ref": f"#/components/parameters/{name}"}
        for name in _PARAMETERS
        if name != "IdempotencyKey" or operation.is_write
    ]
    body = {
        "required": True,
        "content": {"application/json": {"schema": _ref(operation.asked)}},
    }
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": parameters,
        **({"requestBody": body} if has_body else {}),
        "responses": {
            "200": {
                "description": "Answered and journaled",
                "headers": {"Danso-Tree-Head": {"$ref": "#/components/headers/DansoTreeHead"}},
                "content": {"application/json": {"schema": _ref(operation.answered)}},
            },
            **_problems((*_USUAL, *operation.problems)),
        },
    }


def _problems(codes: tuple[str, ...]) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(PROBLEMS[code][0], []).append(code)
    responses: dict[str, Any] = {}
    for status in sorted(by_status):
        said = "; ".join(f"`{code}` {PROBLEMS[code][2]}" for code in by_status[status])
        responses[str(status)] = {
            "description": said,
            "content": {"application/problem+json": {"schema": _ref(answers.ProblemDetails)}},
        }
        if status in (429, 503):
            responses[str(status)]["headers"] = {
                "Retry-After": {"$ref": "#/components/headers/RetryAfter"}
            }
    return responses


def _token() -> dict[str, Any]:
    members = ("grant_type", "client_assertion_type", "client_assertion")
    form = {
        "type": "object",
        "required": list(members),
        "properties": {member: {"type": "string"} for member in members},
    }
    failed = {"application/json": {"schema": _ref(answers.TokenError)}}
    return {
        "operationId": "token",
        "summary": "A signed assertion in, a short-lived access token out",
        "security": [],
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": form}},
        },
        "responses": {
            "200": {
                "description": "The token",
                "content": {"application/json": {"schema": _ref(answers.Token)}},
            },
            "400": {"description": "The request is malformed", "content": failed},
            "401": {"description": "The assertion is not accepted", "content": failed},
            **_problems(("body_too_large", "body_too_slow", "busy", "database_down", "no_news")),
        },
    }


def _get(name: str, summary: str, answered: type[Struct]) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(answered)}}
    return _open(name, summary, content)


def _plain(name: str, summary: str, media_type: str) -> dict[str, Any]:
    schema = {"type": "object"} if media_type == "application/json" else {"type": "string"}
    return _open(name, summary, {media_type: {"schema": schema}})


def _open(name: str, summary: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "security": [],
        "responses": {"200": {"description": summary, "content": content}},
    }


if __name__ == "__main__":
    sys.stdout.write(text())
