"""The token endpoint and its neighbours. What a replay or a theft ends must stay ended although
the answer is a refusal: those refusals are journaled by the commit that ends the family."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger
from danso.modules.identity import interface as identity
from danso.modules.signon import rules
from danso.modules.signon.actions.clients import Caller, authenticate
from danso.modules.signon.actions.ending import end_families, session_name
from danso.modules.signon.adapters import signing
from danso.modules.signon.data import Call, SignOnRefused, TokenAnswer, TokenState
from danso.modules.signon.engine.hashes import digest, new_secret
from danso.modules.signon.models import AuthenticationEvent, Code, Family, Token
from danso.modules.signon.queries import issuer
from danso.toolkit import statements

Refused = SignOnRefused
ID_TOKEN_SECONDS: Final = 300
_BY_CODE: Final = """
    FROM signon_code
    JOIN signon_family ON signon_family.id = signon_code.family_id
    JOIN signon_authentication ON signon_authentication.id = signon_family.event_id
    WHERE signon_code.digest = %s AND signon_family.client_id = %s
    FOR UPDATE OF signon_code
"""
# Whose key the tokens are bound to is known with the code's exchange; a family that ends then and
# there has none that anybody could prove.
_SPEND: Final = """
    WITH spent AS (UPDATE signon_code SET used_at = %s WHERE digest = %s)
    UPDATE signon_family SET proof_key = %s WHERE id = %s
"""
_ISSUE: Final = """
    INSERT INTO signon_token (digest, family_id, is_refresh, issued_at, expires_at)
    SELECT digest, %s, is_refresh, %s, expires_at
    FROM unnest(%s::text[], %s::bool[], %s::timestamptz[]) AS made (digest, is_refresh, expires_at)
"""


def exchange(call: Call) -> TokenAnswer:
    """See interface."""
    caller = authenticate(call, needs_proof=True)
    grant = call.given.get("grant_type", "")
    entry = Entry(
        caller.actor, "signon.token", "done", service="signon", detail={"grant": grant[:40]}
    )
    with audit.carried_out(entry) as ledger:
        if grant == "authorization_code":
            answer = _by_code(caller, call, ledger)
        elif grant == "refresh_token":
            answer = _by_refresh(caller, call, ledger)
        else:
            raise SignOnRefused(
                "unsupported_grant_type", "grant_type is authorization_code or refresh_token"
            )
        if isinstance(answer, SignOnRefused):
            ledger.outcome = f"refused:{answer.code}"
    if isinstance(answer, SignOnRefused):
        raise answer
    return answer


def _by_code(caller: Caller, call: Call, ledger: Ledger) -> TokenAnswer | Refused:
    found = statements.joined(
        (Code, Family, AuthenticationEvent),
        _BY_CODE,
        [digest(call.given.get("code", "")), caller.client.pk],
    )
    if found is None:
        return _no_grant("there is no such code for this client")
    row, family, family.event = found
    ledger.detail["sign_on"] = str(family.pk)
    if row.used_at is not None:
        return _end(family, "code_replayed", "the code was used before; its tokens have ended")
    statements.run(_SPEND, [clock.now(), row.pk, caller.proof_key, family.pk])
    # A code that was tried wrongly is spent: whoever tried it may have stolen it.
    if fault := _misuse(row, caller, call):
        return _end(family, "code_misused", fault)
    if row.expires_at <= clock.now() or not _is_live(family):
        return _end(family, "code_expired", "the code has expired")
    return _issue(family, row.nonce)


def _misuse(row: Code, caller: Caller, call: Call) -> str:
    """What of the exchange does not fit the request that the code answers; "" for nothing."""
    if row.redirect_uri != call.given.get("redirect_uri", ""):
        return "redirect_uri is not the one of the request"
    verifier = call.given.get("code_verifier", "")
    if not rules.VERIFIER.fullmatch(verifier) or digest(verifier) != row.challenge:
        return "code_verifier does not fit the code_challenge"
    if row.proof_key not in ("", caller.proof_key):
        return "the DPoP proof is of another key than the request's"
    return ""


def _by_refresh(caller: Caller, call: Call, ledger: Ledger) -> TokenAnswer | Refused:
    row = (
        Token.objects.select_for_update(of=("self",))
        .select_related("family__event")
        .filter(
            digest=digest(call.given.get("refresh_token", "")),
            is_refresh=True,
            family__client=caller.client,
        )
        .first()
    )
    if row is None:
        return _no_grant("there is no such refresh token for this client")
    family = row.family
    ledger.detail["sign_on"] = str(family.pk)
    if row.used_at is not None:
        return _end(family, "refresh_replayed", "it was used before; the sign-in has ended")
    if family.proof_key != caller.proof_key:
        return _end(family, "refresh_stolen", "the DPoP proof is of another key")
    if not _is_live(family):
        return _no_grant("the sign-in has ended")
    if set(call.given.get("scope", "").split()) - set(family.scope):
        raise SignOnRefused("invalid_scope", "a refresh cannot widen the scope")
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    return _issue(family, "")


def _no_grant(why: str) -> Refused:
    return SignOnRefused("invalid_grant", why)


def _end(family: Family, why: str, told: str) -> Refused:
    end_families(Family.objects.filter(pk=family.pk), why)
    return _no_grant(told)


def _is_live(family: Family) -> bool:
    return (
        family.ended_at is None
        and family.expires_at > clock.now()
        and identity.is_usable(family.account)
    )


def _issue(family: Family, nonce: str) -> TokenAnswer:
    now = clock.now()
    access = new_secret()
    made = [(digest(access), False, now + rules.ACCESS_LIFE)]
    refresh = new_secret() if rules.REFRESHABLE in family.scope else ""
    if refresh:
        made.append((digest(refresh), True, family.expires_at))
    statements.run(_ISSUE, [family.pk, now, *map(list, zip(*made, strict=True))])
    return TokenAnswer(
        access_token=access,
        id_token=_id_token(family, nonce, now),
        expires_in=int(rules.ACCESS_LIFE.total_seconds()),
        scope=" ".join(family.scope),
        refresh_token=refresh,
    )


def _id_token(family: Family, nonce: str, now: datetime) -> str:
    event, at = family.event, int(now.timestamp())
    claims: dict[str, object] = {
        "iss": issuer(),
        "sub": family.sub,
        "aud": family.client_id,
        "iat": at,
        "exp": at + ID_TOKEN_SECONDS,
        "auth_time": int(event.at.timestamp()),
        "acr": rules.acr_of(event.level, event.authentication),
        "amr": list(event.methods),
        "sid": session_name(event.session, family.client_id),
    }
    if nonce:
        claims["nonce"] = nonce
    return signing.sign(claims, "JWT")


def revoke(call: Call) -> None:
    """See interface."""
    caller = authenticate(call)
    entry = Entry(caller.actor, "signon.revoke", "done", service="signon")
    with audit.carried_out(entry) as ledger:
        row = _own_token(caller, call)
        if row is None:
            ledger.outcome = "not_found"
            return
        ledger.detail["sign_on"] = str(row.family_id)
        if row.is_refresh:
            end_families(Family.objects.filter(pk=row.family_id), "revoked")
        else:
            Token.objects.filter(pk=row.pk).update(expires_at=clock.now())


def introspect(call: Call) -> TokenState:
    """See interface."""
    caller = authenticate(call)
    row = _own_token(caller, call)
    if row is None or row.used_at or row.expires_at <= clock.now() or not _is_live(row.family):
        return TokenState(active=False)
    family, event = row.family, row.family.event
    return TokenState(
        active=True,
        claims={
            "iss": issuer(),
            "client_id": family.client_id,
            "sub": family.sub,
            "scope": " ".join(family.scope),
            "iat": int(row.issued_at.timestamp()),
            "exp": int(row.expires_at.timestamp()),
            "auth_time": int(event.at.timestamp()),
            "acr": rules.acr_of(event.level, event.authentication),
            "cnf": {"jkt": family.proof_key},
            **({} if row.is_refresh else {"token_type": "DPoP"}),
        },
    )


def _own_token(caller: Caller, call: Call) -> Token | None:
    """A client learns and ends nothing of another's tokens."""
    return (
        Token.objects.select_related("family__event")
        .filter(digest=digest(call.given.get("token", "")), family__client=caller.client)
        .first()
    )
