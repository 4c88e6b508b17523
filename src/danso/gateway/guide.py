"""The reference page of the API, made from the same shapes, reasons and problems as the answers."""

from __future__ import annotations

import sys
from typing import Final

from danso.gateway.openapi import OPERATIONS, PUSHES
from danso.gateway.problems import PROBLEMS
from danso.gateway.settings import Limits
from danso.wire.reasons import REASONS, VERIFY_FIELDS

_LIMITS: Final = Limits()
_HEAD: Final = f"""# The gateway's API

This page is generated (`python -m danso.gateway.guide > docs/reference/gateway-api.md`). The exact shapes \
are in [openapi.json](openapi.json), which a running gateway also serves at `/v1/openapi.json`. How to \
connect: [connect a partner](../how-to/connect-a-partner.md). Why it works so: \
[verify and share](../explanation/verify-and-share.md).

## Rules for every call about a person

- POST, JSON in UTF-8, `Authorization: Bearer` with a token of `/v1/token`. No personal data in URLs.
- `envelope` says why: `purpose` (of your agreement), `procedure`, `file_code`, `officer`. The officer may \
come as `X-Road-UserId`, the file as `X-Road-Issue`. `X-Road-Client`, `X-Road-Service`, `X-Road-Id` and \
`X-Road-Issue` are echoed.
- The journal row is written in the commit that answers; refusals are journaled too. Each answer carries \
the newest signed head of the journal (`journal_head`, and base64 in the header `Danso-Tree-Head`).
- Limits: a body of {_LIMITS.body:,} bytes ({_LIMITS.batch_body:,} for a batch of at most \
{_LIMITS.batch_people:,} people), {_LIMITS.body_time:.0f} s to send it, the rate of your agreement.
- Tokens live {_LIMITS.token_life} s; assertions at most {_LIMITS.assertion_life} s, used once; clocks may \
differ by {_LIMITS.clock_skew} s. A revocation is effective within {_LIMITS.news:.0f} s.
- Five wrong tries on one number from one partner within 24 hours, or twenty from all, and the answer is \
`too_many_attempts`.

## Addresses

| POST | what it does | may answer besides the usual |
|---|---|---|
"""  # noqa: E501 - lines of a page, not of code
_REASONS: Final = f"""
## Reason codes

Verify compares {", ".join(f"`{name}`" for name in VERIFY_FIELDS)}. Other fields are answered only when the \
number exists and the name matches. `doubted` on a field: the register itself marks it as under \
investigation or unverified.

| code | nghĩa | meaning | next step |
|---|---|---|---|
"""  # noqa: E501 - as above
_PROBLEMS: Final = """
## Problems (RFC 9457)

`Content-Type: application/problem+json`; `code` is stable, `fix` says what to do, `field` or `at`
where.

| code | status | nghĩa | meaning | fix |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = [
        f"| `{operation.path}` | {operation.summary} | "
        f"{', '.join(f'`{code}`' for code in operation.problems)} |"
        for operation in OPERATIONS
    ]
    rows += [
        f"| `{one.path}`{' (GET)' if one.asked is one.answered else ''} | {one.summary} | "
        f"{', '.join(f'`{code}`' for code in one.problems)} |"
        for one in PUSHES
    ]
    rows.append("| `/v1/token` | A signed assertion in, a short-lived access token out | |")
    opened = (
        "\nGET without a token: `/v1/openapi.json`, `/v1/sandbox` (published made-up people of a"
        " demo home), `/health`, `/ready`, `/metrics`.\n"
    )
    reasons = [
        f"| `{reason.code}` | {reason.vi} | {reason.en} | {reason.next_en} |"
        for reason in REASONS.values()
    ]
    problems = [
        f"| `{code}` | {status} | {vi} | {en} | {fix} |"
        for code, (status, vi, en, fix) in PROBLEMS.items()
    ]
    parts = [_HEAD + "\n".join(rows), opened, _REASONS + "\n".join(reasons)]
    return "\n".join([*parts, _PROBLEMS + "\n".join(problems)]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
