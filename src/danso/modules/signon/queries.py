"""Reads of sign-on: clients, requests begun in a browser, consents, discovery."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from danso.kernel import clock
from danso.modules.exchange import interface as exchange
from danso.modules.signon import rules
from danso.modules.signon.adapters import signing
from danso.modules.signon.data import (
    CLAIM_NAMES,
    SCOPES,
    AccessData,
    Asked,
    AskedClaim,
    ClientData,
    ClientSettings,
    ConsentData,
    RequestUnusable,
    SignOut,
)
from danso.modules.signon.engine import signed
from danso.modules.signon.models import Client, Consent, Family, LogoutNotice, PushedRequest
from danso.toolkit.platform import platform


def issuer() -> str:
    """See interface."""
    return platform().sign_on_url


def client_settings(row: Client) -> ClientSettings:
    """What a row says of a client."""
    return ClientSettings(
        partner=row.partner,
        redirect_uris=tuple(row.redirect_uris),
        purpose=row.purpose,
        claims=tuple(row.claims),
        post_logout_uris=tuple(row.post_logout_uris),
        logout_uri=row.logout_uri,
        sector=row.sector,
    )


def client_data(row: Client) -> ClientData:
    """A row as it passes the door."""
    return ClientData(client_settings(row), row.added_at, row.disabled_at)


def clients() -> tuple[ClientData, ...]:
    """See interface."""
    return tuple(client_data(row) for row in Client.objects.order_by("partner"))


def find_client(partner: str) -> ClientData | None:
    """See interface."""
    row = Client.objects.filter(pk=partner).first()
    return None if row is None else client_data(row)


def client_in_use(partner: str) -> Client | None:
    """The row of a client that is neither disabled nor closed as a partner."""
    row = Client.objects.filter(pk=partner, disabled_at__isnull=True).first()
    if row is None:
        return None
    body = exchange.find_partner(partner)
    return row if body is not None and body.closed_at is None else None


def client_name(partner: str) -> str:
    """The partner's name for people."""
    return exchange.partner_name(partner) or partner


def keys_in_force(partner: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """A partner's registered keys: kid -> (algorithm, public JWK)."""
    return {
        key.kid: (key.algorithm, dict(key.public))
        for key in exchange.keys_of(partner)
        if key.revoked_at is None
    }


def asked_as_json(asked: Asked) -> dict[str, Any]:
    """For the request's row."""
    return asdict(asked)


def asked_from_json(kept: dict[str, Any]) -> Asked:
    """What `asked_as_json` kept."""
    lists = {name: tuple(kept[name]) for name in ("scope", "acr", "prompt")}
    claims = tuple(AskedClaim(**one) for one in kept["claims"])
    return Asked(**{**kept, **lists, "claims": claims})


def find_begun(key: UUID, browser: str) -> PushedRequest | None:
    """A request that this browser has begun and neither finished nor left too long."""
    return (
        PushedRequest.objects.select_related("client")
        .filter(pk=key, browser=browser, finished_at__isnull=True, expires_at__gt=clock.now())
        .exclude(browser="")
        .first()
    )


def consents_of(account: UUID) -> tuple[ConsentData, ...]:
    """See interface."""
    return tuple(
        ConsentData(
            id=row.pk,
            account=row.account,
            client=row.client_id,
            claims=tuple(AskedClaim(**one) for one in row.claims),
            given=tuple(row.given),
            at=row.at,
        )
        for row in Consent.objects.filter(account=account).order_by("-at")[:200]
    )


def access_of(account: UUID) -> tuple[AccessData, ...]:
    """See interface."""
    live = Family.objects.filter(
        account=account, ended_at__isnull=True, expires_at__gt=clock.now()
    ).select_related("consent")
    by_client: dict[str, list[Family]] = {}
    for row in live.order_by("-began_at"):
        by_client.setdefault(row.client_id, []).append(row)
    return tuple(
        AccessData(
            client=client,
            since=min(row.began_at for row in rows),
            until=max(row.expires_at for row in rows),
            claims=tuple(
                dict.fromkeys(one for row in rows if row.consent for one in row.consent.given)
            ),
        )
        for client, rows in by_client.items()
    )


def read_sign_out(hint: str, client: str, redirect_uri: str, state: str) -> SignOut:
    """See interface."""
    if hint:
        claims = signing.read_own(hint)
        told = str(claims["aud"]) if claims and claims.get("iss") == issuer() else ""
        if not told or client not in ("", told):
            raise _unusable_hint()
        client = told
    row = Client.objects.filter(pk=client).first() if client else None
    if client and row is None:
        raise _unusable_hint()
    if redirect_uri and (row is None or redirect_uri not in row.post_logout_uris):
        raise RequestUnusable(
            "the address to return to after signing out is not registered for this client",
            code="sign_out_address",
            fix="Sign out here; then close this page.",
        )
    name = client_name(client) if client else ""
    back = rules.answer_url(redirect_uri, {"state": state[:1024]}) if redirect_uri else ""
    return SignOut(client, name, redirect_uri, state[:1024], back)


def _unusable_hint() -> RequestUnusable:
    return RequestUnusable(
        "the request to sign out does not come from the client it names",
        code="sign_out_hint",
        fix="Sign out here; then close this page.",
    )


def count_waiting_notices() -> int:
    """See interface."""
    return LogoutNotice.objects.filter(next_at__isnull=False).count()


def metadata() -> dict[str, Any]:
    """See interface."""
    base = issuer()
    algorithms = list(signed.ALGORITHMS)
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "pushed_authorization_request_endpoint": f"{base}/par",
        "require_pushed_authorization_requests": True,
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/jwks",
        "revocation_endpoint": f"{base}/revoke",
        "introspection_endpoint": f"{base}/introspect",
        "end_session_endpoint": f"{base}/end-session",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [signing.ALGORITHM],
        **{
            f"{endpoint}_endpoint_auth_{what}": values
            for endpoint in ("token", "revocation", "introspection")
            for what, values in (
                ("methods_supported", ["private_key_jwt"]),
                ("signing_alg_values_supported", algorithms),
            )
        },
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": algorithms,
        "acr_values_supported": [
            rules.acr_of(level, authentication) for level in (0, 1, 2) for authentication in (1, 2)
        ],
        "claim_types_supported": ["normal"],
        "claims_supported": ["sub", "acr", "amr", "auth_time", "sid", *CLAIM_NAMES],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "prompt_values_supported": sorted(rules.PROMPTS),
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "ui_locales_supported": ["vi", "en"],
    }
