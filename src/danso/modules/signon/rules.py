"""Pure decisions of sign-on: is a request in order, what comes next, is a client's address safe."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from danso.kernel.errors import InvalidValue
from danso.modules.identity.data import Authenticated
from danso.modules.signon.data import (
    CLAIM_NAMES,
    PROFILE,
    SCOPES,
    Asked,
    AskedClaim,
    ClientSettings,
    SignOnRefused,
    Step,
    Upstream,
)

PUSHED_LIFE: Final = timedelta(seconds=90)
BEGUN_LIFE: Final = timedelta(minutes=20)
CODE_LIFE: Final = timedelta(seconds=60)
ACCESS_LIFE: Final = timedelta(minutes=10)
# As long as a session may last (identity.rules.SESSION_ENDS_AFTER): it never outlives one.
FAMILY_LIFE: Final = timedelta(hours=12)
REFRESHABLE: Final = "offline_access"

ACR: Final = re.compile(r"urn:danso:acr:([0-2]):([1-4])")
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
PROMPTS: Final = frozenset({"none", "login", "consent"})
LONGEST: Final = {"state": 1024, "nonce": 255, "acr_values": 400, "claims": 8000}
# How soon a wait for a client that does not answer grows; a day in all.
LOGOUT_WAITS: Final = (10, 60, 300, 1800, 7200, 21600, 43200)


def acr_of(level: int, authentication: int) -> str:
    """The URI of an account's level with an authentication level."""
    return f"urn:danso:acr:{level}:{authentication}"


def read_asked(given: Mapping[str, str], client: ClientSettings, proof_key: str) -> Asked:
    """A pushed request in order for this client, or SignOnRefused (RFC 9126, FAPI 2.0, OIDC)."""
    if "request" in given or "request_uri" in given:
        raise SignOnRefused("request_not_supported", "send the parameters themselves")
    _refuse_long(given)
    if given.get("response_type") != "code":
        raise SignOnRefused("unsupported_response_type", "response_type must be code")
    if given.get("response_mode", "query") != "query":
        raise SignOnRefused("invalid_request", "response_mode must be query")
    if given.get("redirect_uri") not in client.redirect_uris:
        raise SignOnRefused("invalid_request", "this redirect_uri is not registered")
    if given.get("code_challenge_method") != "S256":
        raise SignOnRefused("invalid_request", "code_challenge_method must be S256")
    if not CHALLENGE.fullmatch(given.get("code_challenge", "")):
        raise SignOnRefused("invalid_request", "code_challenge must be 43 characters of base64url")
    named_key = given.get("dpop_jkt", "")
    if named_key and (not CHALLENGE.fullmatch(named_key) or proof_key not in ("", named_key)):
        raise SignOnRefused("invalid_request", "dpop_jkt is not the key of the DPoP proof")
    scope = _scope(given.get("scope", ""))
    claims = _claims(given.get("claims", ""))
    return Asked(
        redirect_uri=given["redirect_uri"],
        challenge=given["code_challenge"],
        scope=scope,
        state=given.get("state", ""),
        nonce=given.get("nonce", ""),
        proof_key=proof_key or named_key,
        acr=_acr(given.get("acr_values", ""), claims),
        max_age=_max_age(given.get("max_age", "")),
        prompt=_prompt(given.get("prompt", "")),
        claims=_asked_claims(claims, scope, client),
    )


def _refuse_long(given: Mapping[str, str]) -> None:
    for name, longest in LONGEST.items():
        if len(given.get(name, "")) > longest:
            raise SignOnRefused("invalid_request", f"{name} is longer than {longest} characters")


def _scope(text: str) -> tuple[str, ...]:
    wanted = text.split()
    if "openid" not in wanted:
        raise SignOnRefused("invalid_scope", "scope must hold openid")
    if strange := [one for one in wanted if one not in SCOPES]:
        raise SignOnRefused("invalid_scope", f"there is no scope {strange[0][:40]}")
    return tuple(scope for scope in SCOPES if scope in wanted)


def _prompt(text: str) -> tuple[str, ...]:
    wanted = set(text.split())
    if wanted - PROMPTS or ("none" in wanted and len(wanted) > 1):
        raise SignOnRefused("invalid_request", "prompt is none alone, or login and consent")
    return tuple(sorted(wanted))


def _max_age(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise SignOnRefused("invalid_request", "max_age must be seconds")
    return int(text)


def _claims(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SignOnRefused("invalid_request", "claims is no JSON") from error
    parts = [found.get(part) or {} for part in ("userinfo", "id_token")] if _is_map(found) else []
    if not parts or not all(_is_map(part) for part in parts):
        raise SignOnRefused("invalid_request", "claims must be an object of objects")
    return dict(found)


def _is_map(value: object) -> bool:
    return isinstance(value, dict)


def _acr(text: str, claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Values of ours that were asked for; an essential one that we do not know is refused."""
    wanted = text.split()
    asked = (claims.get("id_token") or {}).get("acr")
    if isinstance(asked, dict):
        values = asked.get("values", [asked["value"]] if "value" in asked else [])
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise SignOnRefused("invalid_request", "the values of acr must be texts")
        if asked.get("essential") and values and not any(map(ACR.fullmatch, values)):
            raise SignOnRefused(
                "unmet_authentication_requirements", "none of these acr values is known here"
            )
        wanted = [*values, *wanted] if not asked.get("essential") else values or wanted
    return tuple(dict.fromkeys(one for one in wanted if ACR.fullmatch(one)))


def _asked_claims(
    claims: Mapping[str, Any], scope: Collection[str], client: ClientSettings
) -> tuple[AskedClaim, ...]:
    """What userinfo is to tell: by scope as far as the client may, by name only what it may."""
    found = {
        name: AskedClaim(name, client.purpose)
        for name in PROFILE
        if "profile" in scope and name in client.claims
    }
    for name, wish in (claims.get("userinfo") or {}).items():
        # OpenID Connect Core, section 5.5: names that nobody here knows are passed over.
        if name == "sub" or name not in CLAIM_NAMES:
            continue
        if name not in client.claims:
            raise SignOnRefused("invalid_request", f"the claim {name[:40]} is not approved for you")
        found[name] = _asked_claim(name, wish, client.purpose)
    return tuple(found[name] for name in CLAIM_NAMES if name in found)


def _asked_claim(name: str, wish: object, purpose: str) -> AskedClaim:
    if wish is None:
        return AskedClaim(name, purpose)
    given = wish.get("purpose", purpose) if isinstance(wish, dict) else None
    if not isinstance(wish, dict) or not isinstance(given, str) or not 3 <= len(given) <= 300:
        raise SignOnRefused("invalid_request", f"the purpose of {name} must be 3 to 300 characters")
    return AskedClaim(name, given, is_essential=wish.get("essential") is True)


# A face is compared before police for accounts that were given so.
FACE_LEVEL: Final = 2


def decide(
    asked: Asked,
    who: Authenticated | None,
    *,
    pushed_at: datetime,
    has_factor: bool,
    can_face: bool = False,
) -> Step:
    """What has to happen next in the browser for this request. `can_face`: police here can have
    the holder's face compared."""
    if who is None:
        return Step.SIGN_IN
    if not _is_recent(asked, who, pushed_at):
        return Step.AGAIN
    if asked.acr and not any(_reaches(who, one) for one in asked.acr):
        return _towards(asked.acr, who, has_factor=has_factor, can_face=can_face)
    if who.person is None and any(one.is_essential for one in asked.claims):
        return Step.LEVEL
    if (asked.claims and who.person is not None) or "consent" in asked.prompt:
        return Step.CONSENT
    return Step.DONE


def _is_recent(asked: Asked, who: Authenticated, pushed_at: datetime) -> bool:
    if "login" in asked.prompt and who.at < pushed_at:
        return False
    # Measured from the push: whoever signs in again and is then slow is not asked once more.
    return asked.max_age is None or who.at >= pushed_at - timedelta(seconds=asked.max_age)


def _levels(acr: str) -> tuple[int, int]:
    found = ACR.fullmatch(acr)
    return (int(found[1]), int(found[2])) if found else (9, 9)


def _reaches(who: Authenticated, acr: str) -> bool:
    level, authentication = _levels(acr)
    return who.level >= level and who.authentication >= authentication


def _towards(
    wanted: Sequence[str], who: Authenticated, *, has_factor: bool, can_face: bool
) -> Step:
    """The way to the lowest of these values, if anything that the holder can do now leads there.

    Levels 3 and 4 of article 20 need a biometric factor: the face, before police, for an account
    of level 2. Level 4 needs something held and something known beside it."""
    highest = 4 if can_face and who.level >= FACE_LEVEL else 2
    possible = [one[1] for one in map(_levels, wanted) if one[0] <= who.level and one[1] <= highest]
    if not possible:
        return Step.LEVEL
    target = min(possible)
    if target == 2 or (target == 4 and not who.knows_and_holds):
        return Step.FACTOR if has_factor else Step.NO_FACTOR
    return Step.FACE


def refusal_of(step: Step) -> str:
    """The protocol's word for a step that prompt=none does not let us take."""
    if step in (Step.SIGN_IN, Step.AGAIN):
        return "login_required"
    return "consent_required" if step is Step.CONSENT else "unmet_authentication_requirements"


def answer_url(address: str, answer: Mapping[str, str]) -> str:
    """The client's address with what it is told added to its own query."""
    told = urlencode({name: value for name, value in answer.items() if value})
    return f"{address}{'&' if urlsplit(address).query else '?'}{told}" if told else address


def check_client(settings: ClientSettings, *, is_demo: bool) -> None:
    """Refuse addresses and claims that a client must not be registered with (InvalidValue)."""
    if not settings.redirect_uris:
        raise InvalidValue(
            "a client needs an address to come back to",
            code="client_without_redirect",
            fix="Name it with --redirect.",
        )
    named = (*settings.redirect_uris, *settings.post_logout_uris)
    for uri in (*named, *([settings.logout_uri] if settings.logout_uri else [])):
        _check_uri(uri, is_demo=is_demo)
    if strange := [one for one in settings.claims if one not in CLAIM_NAMES]:
        raise InvalidValue(
            f"there is no claim {strange[0]!r}",
            code="claim_unknown",
            fix="Choose from: " + ", ".join(CLAIM_NAMES) + ".",
        )
    if not 3 <= len(settings.purpose) <= 300:
        raise InvalidValue(
            "the purpose must be 3 to 300 characters that people can read",
            code="client_purpose",
            fix="Say in one sentence what the partner needs the data for.",
        )


def _check_uri(uri: str, *, is_demo: bool) -> None:
    parts = urlsplit(uri)
    is_local = is_demo and parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    plain = uri.isascii() and uri.isprintable() and not set(uri) & set(" \\*<>\"'`;,")
    is_sound = plain and bool(parts.hostname) and not parts.fragment and "@" not in parts.netloc
    if not is_sound or not (parts.scheme == "https" or is_local) or len(uri) > 500:
        raise InvalidValue(
            "a client's address must be a whole https address without a fragment",
            code="client_address",
            fix="Write https://host/path as the client will send it, character by character.",
        )


# --- as another provider's client
DEPARTURE_LIFE: Final = timedelta(minutes=15)
# RFC 8176's names that we understand; others tell us nothing.
METHODS: Final = frozenset(
    "pwd pin kba otp hwk swk sms sc face fpt iris vbm user mfa".split()  # noqa: SIM905
)


def level_of(upstream: Upstream, told: Mapping[str, Any]) -> tuple[int, int]:
    """The account's and the authentication level that an upstream's claims are worth here."""
    for rule in upstream.levels:
        if rule.claim in told and str(told[rule.claim]) == rule.value:
            return rule.level, rule.authentication
    return 0, 0


def acr_values_for(upstream: Upstream, reach: Sequence[str]) -> tuple[str, ...]:
    """The upstream's own values that are worth at least one of ours."""
    wanted = [_levels(one) for one in reach]
    return tuple(
        rule.value
        for rule in upstream.levels
        if rule.claim == "acr"
        and any(rule.level >= one and rule.authentication >= other for one, other in wanted)
    )


def may_reach(upstream: Upstream, reach: Sequence[str]) -> bool:
    """Whether there is anything at this upstream that would be enough."""
    wanted = [_levels(one) for one in reach]
    return not wanted or any(
        rule.level >= one and rule.authentication >= other
        for rule in upstream.levels
        for one, other in wanted
    )


def person_of(upstream: Upstream, told: Mapping[str, Any]) -> dict[str, str]:
    """Number, name, birth (ISO) and telephone as told; empty where an upstream does not tell."""
    names = upstream.claims
    if names is None:
        return {}
    found = {
        what: str(told.get(name) or "").strip() if name else ""
        for what, name in (
            ("number", names.number),
            ("name", names.name),
            ("birth", names.birth),
            ("phone", names.phone),
        )
    }
    if upstream.birth_format == "dmy" and found["birth"]:
        found["birth"] = "-".join(reversed(found["birth"].split("/")))
    return found


def claims_parameter(upstream: Upstream) -> str:
    """The `claims` parameter that asks for who somebody is, each with its purpose."""
    names = upstream.claims
    if names is None:
        return ""
    needed = dict.fromkeys((names.number, names.name, names.birth), True)
    wish = {**needed, **({names.phone: False} if names.phone else {})}
    asked = {
        name: {"essential": essential, "purpose": upstream.purpose}
        for name, essential in wish.items()
        if name
    }
    return json.dumps({"userinfo": asked}, ensure_ascii=False)
