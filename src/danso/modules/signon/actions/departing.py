"""To another provider and back: what is sent along, and what is believed of what returns.

`browser` is what only this browser keeps (a cookie's secret): the nonce and the PKCE verifier are
made from it and the state, so that a row of ours tells nobody either of them, and a code that
somebody else brings fits no browser.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from danso.kernel import clock
from danso.modules.signon import rules
from danso.modules.signon.adapters import upstream_calls as calls
from danso.modules.signon.data import Errand, Told, Upstream, UpstreamRefused
from danso.modules.signon.engine.hashes import digest, new_secret
from danso.modules.signon.engine.signed import SKEW, Once
from danso.modules.signon.engine.signing_as_client import Proofs
from danso.modules.signon.engine.told import (
    Expected,
    TokenFault,
    read_id_token,
    read_logout_token,
)
from danso.modules.signon.models import Departure
from danso.modules.signon.queries import issuer

log = logging.getLogger(__name__)
NONE: Final = "-"


def return_address(upstream: Upstream) -> str:
    """Where this upstream answers to: an address of its own, so that none answers for another."""
    return f"{issuer()}/ve/{upstream.code}"


def logout_address(upstream: Upstream) -> str:
    """Where this upstream tells us that a session is over."""
    return f"{issuer()}/het-phien/{upstream.code}"


def depart(upstream: Upstream, errand: Errand, browser: str) -> str:
    """See interface."""
    told = calls.metadata(upstream)
    state, now = new_secret(), clock.now()
    asked = _request(upstream, told, errand, state, browser)
    Departure.objects.create(
        state=digest(state),
        browser=digest(browser),
        upstream=upstream.code,
        issuer=upstream.issuer,
        errand=json.loads(json.dumps(asdict(errand), default=str)),
        began_at=now,
        expires_at=now + rules.DEPARTURE_LIFE,
    )
    endpoint = str(told["authorization_endpoint"])
    if "pushed_authorization_request_endpoint" not in told:
        return rules.answer_url(endpoint, {**asked, "client_id": upstream.client_id})
    reference = _push(upstream, asked)
    brought = {"client_id": upstream.client_id, "request_uri": reference}
    return rules.answer_url(endpoint, brought)


def _request(
    upstream: Upstream, told: Mapping[str, Any], errand: Errand, state: str, browser: str
) -> dict[str, str]:
    asked = {
        "response_type": "code",
        "redirect_uri": return_address(upstream),
        "scope": upstream.scope,
        "state": state,
        "nonce": _made("nonce", state, browser),
        "code_challenge": digest(_made("verifier", state, browser)),
        "code_challenge_method": "S256",
    }
    if values := rules.acr_values_for(upstream, errand.reach):
        asked["acr_values"] = " ".join(values)
    if errand.max_age is not None:
        asked["max_age"] = str(errand.max_age)
    if errand.is_fresh:
        asked["prompt"] = "login"
    if errand.asks_person and upstream.ask_by == "claims" and upstream.claims:
        asked["claims"] = rules.claims_parameter(upstream)
    return asked


def _push(upstream: Upstream, asked: Mapping[str, str]) -> str:
    answer = calls.post_as_client(upstream, "pushed_authorization_request_endpoint", asked)
    reference = answer.body.get("request_uri")
    if not answer.is_good or not isinstance(reference, str):
        raise calls.refuses(upstream, answer)
    return reference


def come_back(upstream: Upstream, browser: str, given: Mapping[str, str]) -> Told:
    """See interface."""
    state = given.get("state", "")
    row = _take(upstream, browser, state)
    try:
        return _believed(upstream, row, browser, state, given)
    except UpstreamRefused as refused:
        refused.back = errand_of(row).back
        log.warning("upstream %s: %s (%s)", upstream.code, refused.code, refused.why)
        raise


@transaction.atomic
def _take(upstream: Upstream, browser: str, state: str) -> Departure:
    """The one departure that this return belongs to; whatever comes of it, it is used up."""
    row = Departure.objects.select_for_update().filter(state=digest(state)).first()
    fits = (
        row is not None
        and bool(browser)
        and hmac.compare_digest(row.browser, digest(browser))
        and row.upstream == upstream.code
        and row.issuer == upstream.issuer
    )
    if row is None or not fits or row.used_at is not None or row.expires_at <= clock.now():
        raise UpstreamRefused(
            "this return belongs to no sign-in that was begun in this browser",
            code="upstream_state",
        )
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    return row


def _believed(
    upstream: Upstream, row: Departure, browser: str, state: str, given: Mapping[str, str]
) -> Told:
    metadata = calls.metadata(upstream)
    _check_issuer(upstream, metadata, given)
    if "error" in given:
        raise _said_no(upstream, given["error"])
    if not 0 < len(given.get("code", "")) <= 2048:
        raise bad_answer(upstream, "code")
    proofs = Proofs() if metadata.get("dpop_signing_alg_values_supported") else None
    verifier = _made("verifier", state, browser)
    tokens = _exchange(upstream, given["code"], verifier, proofs)
    errand = errand_of(row)
    began = int(row.began_at.timestamp())
    nonce = digest(_made("nonce", state, browser))
    id_token = str(tokens.get("id_token", ""))
    claims = _id_token(upstream, id_token, nonce, errand, began)
    info = _userinfo(upstream, metadata, tokens, claims, proofs) if errand.asks_person else {}
    return replace(_told(upstream, errand, began, claims, info), id_token=id_token)


def _check_issuer(
    upstream: Upstream, metadata: Mapping[str, Any], given: Mapping[str, str]
) -> None:
    """RFC 9207: an answer of another provider, or one that hides whose it is, is not this one's."""
    promised = metadata.get("authorization_response_iss_parameter_supported") is True
    if given.get("iss", "" if promised else upstream.issuer) != upstream.issuer:
        raise bad_answer(upstream, "iss_parameter")


def _said_no(upstream: Upstream, error: str) -> UpstreamRefused:
    if error == "access_denied":
        return UpstreamRefused(
            f"you did not agree at {upstream.name}, so nobody is signed in here",
            code="upstream_declined",
        )
    if error == "unmet_authentication_requirements":
        return UpstreamRefused(
            f"your account at {upstream.name} does not reach the level that is asked for",
            code="upstream_unmet",
            fix=f"Raise its level at {upstream.name} first.",
        )
    return UpstreamRefused(
        f"{upstream.name} refused to sign you in", code="upstream_error", why=error[:40]
    )


def _exchange(
    upstream: Upstream, code: str, verifier: str, proofs: Proofs | None
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": return_address(upstream),
        "code_verifier": verifier,
    }
    answer = calls.post_as_client(upstream, "token_endpoint", form, proofs)
    if not answer.is_good:
        raise calls.refuses(upstream, answer)
    wanted = "dpop" if proofs else "bearer"
    if str(answer.body.get("token_type", "")).lower() != wanted:
        raise bad_answer(upstream, "token_type")
    return answer.body


def _id_token(
    upstream: Upstream, text: str, nonce: str, errand: Errand, began: int
) -> dict[str, Any]:
    since = began if errand.is_fresh else None
    if errand.max_age is not None:
        since = max(since or 0, began - errand.max_age)
    expected = Expected(upstream.issuer, upstream.client_id, upstream.algorithms, nonce, since)
    now = int(clock.now().timestamp())
    try:
        return read_id_token(text, lambda kid: calls.keys(upstream, kid), expected, now)
    except TokenFault as fault:
        raise bad_answer(upstream, fault.why) from fault


def _userinfo(
    upstream: Upstream,
    metadata: Mapping[str, Any],
    tokens: Mapping[str, Any],
    claims: Mapping[str, Any],
    proofs: Proofs | None,
) -> dict[str, Any]:
    if "userinfo_endpoint" not in metadata or upstream.claims is None:
        return {}
    url, token = str(metadata["userinfo_endpoint"]), str(tokens.get("access_token", ""))
    answer = calls.get_with_token(upstream, url, token, proofs)
    if not answer.is_good:
        raise calls.refuses(upstream, answer)
    # OpenID Connect Core 5.3.2: else it may be somebody else's.
    if answer.body.get("sub") != claims["sub"]:
        raise bad_answer(upstream, "userinfo_sub")
    return answer.body


def _told(
    upstream: Upstream,
    errand: Errand,
    began: int,
    claims: Mapping[str, Any],
    info: Mapping[str, Any],
) -> Told:
    """The ID token's word goes before userinfo's; its `acr` is the only one there is."""
    told = {**{name: info[name] for name in info if name != "acr"}, **claims}
    level, authentication = rules.level_of(upstream, told)
    methods = claims.get("amr", [])
    known = set(methods) & rules.METHODS if isinstance(methods, list) else set()
    now = clock.now().timestamp()
    at = float(claims.get("auth_time", claims["iat"]))
    if errand.is_fresh and began - SKEW <= at:
        # Their clock may go a little behind ours: it was after we asked.
        at = max(at, began)
    sid = claims.get("sid", "")
    return Told(
        upstream=upstream.code,
        errand=errand,
        subject=str(claims["sub"]),
        session=sid if isinstance(sid, str) and len(sid) <= 255 else "",
        level=level,
        authentication=authentication,
        methods=tuple(sorted(known)),
        at=datetime.fromtimestamp(min(at, now), UTC),
        person=rules.person_of(upstream, told),
    )


def read_logout(upstream: Upstream, text: str) -> tuple[str, str, Once]:
    """The `sub` and `sid` of a logout token in order, and its identifier, not yet used up."""
    expected = Expected(upstream.issuer, upstream.client_id, upstream.algorithms, NONE)
    now = int(clock.now().timestamp())
    try:
        claims, once = read_logout_token(text, lambda kid: calls.keys(upstream, kid), expected, now)
    except TokenFault as fault:
        raise bad_answer(upstream, fault.why) from fault
    return str(claims.get("sub", "")), str(claims.get("sid", "")), once


def errand_of(row: Departure) -> Errand:
    """What the row kept of why somebody left."""
    kept = {**row.errand, "reach": tuple(row.errand["reach"])}
    account = kept["account"]
    return Errand(**{**kept, "account": UUID(account) if account else None})


def keyed(*parts: str) -> str:
    """A name that others gave, unreadable in our tables: it may be somebody's number."""
    key = str(settings.SECRET_KEY).encode()
    return digest(hmac.new(key, "\0".join(parts).encode(), "sha256").hexdigest())


def _made(what: str, state: str, browser: str) -> str:
    return digest(what, state, browser)


def bad_answer(upstream: Upstream, why: str) -> UpstreamRefused:
    """Something of it did not hold; `why` is one word for the log."""
    return UpstreamRefused(
        f"what came back from {upstream.name} is not the answer to this sign-in",
        code="upstream_answer",
        why=why,
    )
