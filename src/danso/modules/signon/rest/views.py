"""The provider's machine endpoints: forms in, JSON out, errors in the protocol's own words.

They are the only views of danso without a CSRF token: no cookie means anything to them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.kernel.errors import DansoError, NotFound, Unavailable
from danso.modules.identity.interface import note_security
from danso.modules.signon import interface as signon
from danso.modules.signon.data import Call, SignOnRefused, UpstreamRefused
from danso.toolkit.permission import public
from danso.toolkit.security import network_of

View = Callable[..., HttpResponse]
FORM = "application/x-www-form-urlencoded"


def machine(view: View) -> View:
    """Answer refusals as RFC 6749 does, with a nonce for the next proof; nothing is stored."""

    @wraps(view)
    def answered(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            answer = view(request, **named)
        except SignOnRefused as error:
            answer = _refusal(request, error)
        except Unavailable as error:
            answer = _told("temporarily_unavailable", error, 503)
        answer["Cache-Control"] = "no-store"
        answer["Pragma"] = "no-cache"
        answer["DPoP-Nonce"] = signon.new_nonce()
        return answer

    return answered


@public
@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """OpenID Connect Discovery and RFC 8414, one document."""
    return _cached(JsonResponse(signon.metadata()), 300)


@public
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that our signatures are checked with."""
    return _cached(JsonResponse(signon.public_keys()), 300)


@public
@csrf_exempt
@require_POST
@machine
def push(request: HttpRequest) -> HttpResponse:
    """RFC 9126."""
    request_uri, seconds = signon.push(call_of(request, "par"))
    return JsonResponse({"request_uri": request_uri, "expires_in": seconds}, status=201)


@public
@csrf_exempt
@require_POST
@machine
def token(request: HttpRequest) -> HttpResponse:
    """RFC 6749, section 3.2; RFC 9449."""
    answer = signon.exchange_token(call_of(request, "token"))
    told = {
        "access_token": answer.access_token,
        "token_type": "DPoP",
        "expires_in": answer.expires_in,
        "scope": answer.scope,
        "id_token": answer.id_token,
    }
    return JsonResponse(
        told | ({"refresh_token": answer.refresh_token} if answer.refresh_token else {})
    )


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
@machine
def userinfo(request: HttpRequest) -> HttpResponse:
    """OpenID Connect Core, section 5.3; the token is in the Authorization header only."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    call = Call(
        url=f"{signon.issuer()}/userinfo",
        method=request.method or "",
        proof=request.headers.get("DPoP", ""),
        token=value.strip() if scheme.lower() == "dpop" else "",
    )
    try:
        return JsonResponse(signon.userinfo(call), json_dumps_params={"ensure_ascii": False})
    except SignOnRefused as error:
        answer = _told(error.code, error, 401)
        told = f'error="{error.code}", error_description="{error.message}"'
        answer["WWW-Authenticate"] = f'DPoP {told}, algs="ES256 PS256 Ed25519 EdDSA"'
        return answer


@public
@csrf_exempt
@require_POST
@machine
def revoke(request: HttpRequest) -> HttpResponse:
    """RFC 7009: 200 for whatever token it was."""
    signon.revoke(call_of(request, "revoke"))
    return HttpResponse()


@public
@csrf_exempt
@require_POST
@machine
def introspect(request: HttpRequest) -> HttpResponse:
    """RFC 7662."""
    state = signon.introspect(call_of(request, "introspect"))
    return JsonResponse({"active": state.active, **state.claims})


@public
@csrf_exempt
@require_POST
@machine
def end_from_upstream(request: HttpRequest, code: str) -> HttpResponse:
    """Back-Channel Logout 1.0: a provider above says that a session of its is over."""
    token = call_of(request, "").given.get("logout_token", "")
    try:
        signon.end_from_upstream(signon.get_upstream(code), token)
    except (UpstreamRefused, NotFound) as error:
        note_security("logout_refused", network_of(request.META.get("REMOTE_ADDR", "")))
        return _told("invalid_request", error, 400)
    return HttpResponse()


def call_of(request: HttpRequest, endpoint: str) -> Call:
    """What was posted: each parameter once, in the body only."""
    if request.content_type != FORM or request.META.get("QUERY_STRING"):
        raise SignOnRefused("invalid_request", f"post a form ({FORM}), nothing in the URL")
    if repeated := [name for name, values in request.POST.lists() if len(values) > 1]:
        raise SignOnRefused("invalid_request", f"{repeated[0][:40]} is there twice")
    return Call(
        url=f"{signon.issuer()}/{endpoint}",
        given=request.POST.dict(),
        method=request.method or "",
        proof=request.headers.get("DPoP", ""),
    )


def _refusal(request: HttpRequest, error: SignOnRefused) -> HttpResponse:
    if error.code == "invalid_client":
        note_security("client_refused", network_of(request.META.get("REMOTE_ADDR", "")))
    return _told(error.code, error, 401 if error.code == "invalid_client" else 400)


def _told(code: str, error: DansoError, status: int) -> HttpResponse:
    return JsonResponse({"error": code, "error_description": error.message}, status=status)


def _cached(answer: HttpResponse, seconds: int) -> HttpResponse:
    answer["Cache-Control"] = f"public, max-age={seconds}"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
