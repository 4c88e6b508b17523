"""danso as another provider's client: the whole way, and what must not be believed on it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from danso.kernel.errors import InvalidValue, Unavailable
from danso.modules.signon import interface as signon
from danso.modules.signon.adapters import upstream_calls, upstreams
from danso.modules.signon.data import Errand, LevelRule, Told, UpstreamRefused
from danso.modules.signon.engine import hints
from tests.conftest import Database
from tests.crooked_provider import (
    PERSON,
    SESSION,
    SUBJECT,
    CrookedProvider,
    by_a_stranger,
    by_public_key,
    crooked_provider,
    unsigned,
)

BROWSER = "a cookie that only this browser keeps"
ERRAND = Errand(purpose="citizen", back="/dinh-danh/")


@pytest.fixture
def provider(fresh_db: Database, tmp_path: Path, settings: Any) -> Iterator[CrookedProvider]:
    text = upstreams.new_key()
    (tmp_path / "sign-in-vneid-key").write_text(text)
    settings.SIGN_IN_KEYS = tmp_path
    upstream_calls.forget()
    with crooked_provider(ECKey.import_key(text).as_dict(private=False)) as found:
        yield found
    upstream_calls.forget()


def sign_in(provider: CrookedProvider, errand: Errand = ERRAND, **given: str) -> Told:
    """To the provider and back; `given` bends what the browser brings."""
    url = signon.depart(provider.upstream, errand, BROWSER)
    return signon.come_back(provider.upstream, BROWSER, provider.agree(url) | given)


def test_the_whole_way_tells_who_came_and_how_surely(provider: CrookedProvider) -> None:
    told = sign_in(provider)
    assert (told.upstream, told.subject, told.session) == ("vneid", SUBJECT, SESSION)
    assert (told.level, told.authentication, told.methods) == (2, 2, ("otp", "pwd"))
    assert told.errand == ERRAND
    assert told.acr == "urn:danso:acr:2:2"
    assert told.person == {
        "number": PERSON["personal_number"],
        "name": PERSON["name"],
        "birth": PERSON["birthdate"],
        "phone": "",
    }
    assert PERSON["personal_number"] not in repr(told)


def test_what_is_asked_for_is_sent_by_par_with_pkce(provider: CrookedProvider) -> None:
    errand = replace(ERRAND, reach=("urn:danso:acr:2:1",), max_age=60, is_fresh=True)
    asked = provider.request_of(signon.depart(provider.upstream, errand, BROWSER))
    assert asked["redirect_uri"] == f"{signon.issuer()}/ve/vneid"
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert (asked["acr_values"], asked["max_age"], asked["prompt"]) == (
        "urn:danso:acr:2:2",
        "60",
        "login",
    )
    assert '"essential": true' in asked["claims"]


def test_without_par_the_address_itself_asks(provider: CrookedProvider) -> None:
    provider.metadata = {"pushed_authorization_request_endpoint": None}
    provider.published = lambda: {  # type: ignore[method-assign]
        name: value
        for name, value in CrookedProvider.published(provider).items()
        if value is not None
    }
    assert sign_in(provider).subject == SUBJECT
    assert "/par" not in provider.asked


FORGED: list[tuple[str, dict[str, Any]]] = [
    ("iss", {"iss": "https://other.example"}),
    ("aud", {"aud": "another-client"}),
    ("aud", {"aud": ["another-client"]}),
    ("azp", {"azp": "another-client"}),
    ("azp", {"aud": ["danso-broker", "another-client"]}),
    ("exp", {"exp": int(time.time()) - 60}),
    ("exp", {"exp": None}),
    ("iat", {"iat": int(time.time()) - 3600}),
    ("iat", {"iat": int(time.time()) + 3600}),
    ("nbf", {"nbf": int(time.time()) + 3600}),
    ("nonce", {"nonce": "another"}),
    ("nonce", {"nonce": None}),
    ("sub", {"sub": ""}),
    ("sub", {"sub": None}),
    ("auth_time", {"auth_time": int(time.time()) + 3600}),
    ("events", {"events": {}}),
]


@pytest.mark.parametrize(("why", "bent"), FORGED, ids=lambda one: str(one)[:40])
def test_an_id_token_out_of_order_is_not_believed(
    provider: CrookedProvider, why: str, bent: dict[str, Any]
) -> None:
    provider.bent = bent
    with pytest.raises(UpstreamRefused) as refused:
        sign_in(provider)
    assert (refused.value.code, refused.value.why) == ("upstream_answer", why)


@pytest.mark.parametrize(
    ("sign", "why"),
    [(unsigned, "signature"), (by_public_key, "signature"), (by_a_stranger, "signature")],
)
def test_a_signature_of_another_kind_or_key_is_not_believed(
    provider: CrookedProvider, sign: Any, why: str
) -> None:
    provider.sign = sign
    with pytest.raises(UpstreamRefused) as refused:
        sign_in(provider)
    assert refused.value.why in (why, "alg", "shape")


def test_a_logout_token_is_no_id_token(provider: CrookedProvider) -> None:
    provider.header = {"typ": "logout+jwt"}
    with pytest.raises(UpstreamRefused) as refused:
        sign_in(provider)
    assert refused.value.why == "typ"


@pytest.mark.parametrize("ago", [120, 3600])
def test_an_authentication_too_old_for_what_was_asked_is_refused(
    provider: CrookedProvider, ago: int
) -> None:
    provider.bent = {"auth_time": int(time.time()) - ago}
    with pytest.raises(UpstreamRefused) as refused:
        sign_in(provider, replace(ERRAND, max_age=60))
    assert refused.value.why == "auth_time"
    with pytest.raises(UpstreamRefused):
        sign_in(provider, replace(ERRAND, is_fresh=True))
    assert sign_in(provider).subject == SUBJECT


def test_a_return_is_good_once_and_in_its_browser_only(provider: CrookedProvider) -> None:
    url = signon.depart(provider.upstream, ERRAND, BROWSER)
    given = provider.agree(url)
    with pytest.raises(UpstreamRefused, match="no sign-in"):
        signon.come_back(provider.upstream, "another browser", given)
    with pytest.raises(UpstreamRefused, match="no sign-in"):
        signon.come_back(provider.upstream, "", given)
    assert signon.come_back(provider.upstream, BROWSER, given).subject == SUBJECT
    with pytest.raises(UpstreamRefused) as refused:
        signon.come_back(provider.upstream, BROWSER, given)
    assert refused.value.code == "upstream_state"


def test_a_code_of_another_sign_in_fits_no_browser(provider: CrookedProvider) -> None:
    """Code injection: the attacker's own code with the victim's state, and the reverse."""
    theirs = provider.agree(signon.depart(provider.upstream, ERRAND, "the attacker's browser"))
    mine = provider.agree(signon.depart(provider.upstream, ERRAND, BROWSER))
    with pytest.raises(UpstreamRefused) as refused:
        signon.come_back(provider.upstream, BROWSER, mine | {"code": theirs["code"]})
    assert refused.value.why == "invalid_grant"


def test_a_forged_state_reaches_nobody(provider: CrookedProvider) -> None:
    signon.depart(provider.upstream, ERRAND, BROWSER)
    asked = len(provider.asked)
    for state in ("", "forged"):
        with pytest.raises(UpstreamRefused):
            signon.come_back(provider.upstream, BROWSER, {"state": state, "code": "x"})
    assert len(provider.asked) == asked


def test_an_answer_of_another_provider_is_a_mix_up(provider: CrookedProvider) -> None:
    with pytest.raises(UpstreamRefused) as refused:
        sign_in(provider, iss="https://other.example")
    assert refused.value.why == "iss_parameter"
    url = signon.depart(provider.upstream, ERRAND, BROWSER)
    given = {name: value for name, value in provider.agree(url).items() if name != "iss"}
    with pytest.raises(UpstreamRefused) as refused:
        signon.come_back(provider.upstream, BROWSER, given)
    assert refused.value.why == "iss_parameter"
    other = replace(provider.upstream, code="other")
    given = provider.agree(signon.depart(provider.upstream, ERRAND, BROWSER))
    with pytest.raises(UpstreamRefused) as refused:
        signon.come_back(other, BROWSER, given)
    assert refused.value.code == "upstream_state"


def test_userinfo_of_somebody_else_is_not_believed(provider: CrookedProvider) -> None:
    provider.info = {"sub": "somebody-else", **PERSON}
    with pytest.raises(UpstreamRefused) as refused:
        sign_in(provider)
    assert refused.value.why == "userinfo_sub"


def test_a_level_nobody_agreed_on_is_worth_nothing(provider: CrookedProvider) -> None:
    provider.acr = "urn:mace:incommon:gold"
    assert sign_in(provider).level == 0
    provider.acr = "urn:danso:acr:1:1"
    assert (sign_in(provider).level, sign_in(provider).authentication) == (1, 1)


def test_a_level_may_come_as_a_claim_of_its_own(provider: CrookedProvider) -> None:
    """The national portal's sign-in tells it as `loAs`."""
    provider.info = {**PERSON, "loAs": 2}
    upstream = replace(provider.upstream, levels=(LevelRule("2", 2, 1, claim="loAs"),))
    url = signon.depart(upstream, ERRAND, BROWSER)
    told = signon.come_back(upstream, BROWSER, provider.agree(url))
    assert (told.level, told.authentication) == (2, 1)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("access_denied", "upstream_declined"),
        ("unmet_authentication_requirements", "upstream_unmet"),
        ("server_error", "upstream_error"),
    ],
)
def test_a_no_of_the_upstream_is_told_as_such(
    provider: CrookedProvider, error: str, code: str
) -> None:
    with pytest.raises(UpstreamRefused) as refused:
        sign_in(provider, error=error)
    assert refused.value.code == code


def test_a_rotated_key_is_taken_up_at_once(provider: CrookedProvider) -> None:
    sign_in(provider)
    upstream_calls._cache.kept[(provider.issuer, "keys")].at -= 60
    provider.key = ECKey.generate_key("P-256")
    provider.key.ensure_kid()
    assert sign_in(provider).subject == SUBJECT
    assert provider.asked.count("/jwks") == 2


def test_forged_kids_do_not_make_us_ask_without_end(provider: CrookedProvider) -> None:
    provider.header = {"kid": "nobody's"}
    for _ in range(5):
        with pytest.raises(UpstreamRefused):
            sign_in(provider)
    assert provider.asked.count("/jwks") == 1


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/par"])
def test_an_upstream_that_fails_is_said_to_be_down(provider: CrookedProvider, path: str) -> None:
    provider.status = {path: 503}
    with pytest.raises(Unavailable) as down:
        signon.depart(provider.upstream, ERRAND, BROWSER)
    assert down.value.code == "upstream_sign_in_down"
    provider.status = {}
    assert sign_in(provider).subject == SUBJECT


def test_a_slow_upstream_is_waited_for_a_moment_only(provider: CrookedProvider) -> None:
    provider.wait = 2.0
    began = time.monotonic()
    with pytest.raises(Unavailable):
        signon.depart(provider.upstream, ERRAND, BROWSER)
    assert time.monotonic() - began < 5
    provider.wait = 0.0


def test_metadata_outlives_a_short_outage(provider: CrookedProvider) -> None:
    sign_in(provider)
    upstream_calls._cache.kept[(provider.issuer, "metadata")].at -= 700
    provider.status = {"/.well-known/openid-configuration": 500}
    assert sign_in(provider).subject == SUBJECT


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "https://other.example/token"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"code_challenge_methods_supported": ["plain"]},
    ],
    ids=lambda one: str(one)[:50],
)
def test_metadata_that_leads_elsewhere_is_refused(
    provider: CrookedProvider, told: dict[str, Any]
) -> None:
    provider.metadata = told
    with pytest.raises(UpstreamRefused) as refused:
        signon.depart(provider.upstream, ERRAND, BROWSER)
    assert refused.value.code == "upstream_metadata"


LOGOUTS: list[tuple[str, dict[str, Any]]] = [
    ("iss", {"iss": "https://other.example"}),
    ("aud", {"aud": "another"}),
    ("iat", {"iat": int(time.time()) - 200_000}),
    ("exp", {"exp": int(time.time()) - 100}),
    ("events", {"events": None}),
    ("events", {"events": {"http://other.example/event": {}}}),
    ("nonce", {"nonce": "n"}),
    ("jti", {"jti": None}),
    ("sub", {"sub": None, "sid": None}),
]


@pytest.mark.parametrize(("why", "bent"), LOGOUTS, ids=lambda one: str(one)[:40])
def test_a_logout_token_out_of_order_ends_nothing(
    provider: CrookedProvider, why: str, bent: dict[str, Any]
) -> None:
    with pytest.raises(UpstreamRefused) as refused:
        signon.end_from_upstream(provider.upstream, provider.logout_token(**bent))
    assert refused.value.why == why


def test_a_logout_token_counts_once(provider: CrookedProvider) -> None:
    token = provider.logout_token()
    assert signon.end_from_upstream(provider.upstream, token) == 0
    with pytest.raises(UpstreamRefused) as refused:
        signon.end_from_upstream(provider.upstream, token)
    assert refused.value.why == "replayed"


def test_signing_out_there_too_names_us_and_the_way_back(provider: CrookedProvider) -> None:
    leave = signon.leave(provider.upstream, "https://here.example/left", "a.b.c")
    assert leave is not None
    assert leave.url == f"{provider.issuer}/end-session"
    assert leave.fields == {
        "client_id": "danso-broker",
        "post_logout_redirect_uri": "https://here.example/left",
        "id_token_hint": "a.b.c",
    }


def test_a_hint_is_read_with_its_browser_s_secret_only() -> None:
    sealed = hints.seal_hint("a.b.c", "this browser")
    assert "a.b.c" not in sealed
    assert hints.open_hint(sealed, "this browser") == "a.b.c"
    assert hints.open_hint(sealed, "another") == ""
    assert hints.open_hint("", "this browser") == ""
    assert hints.seal_hint("a.b.c", "") == ""
    assert hints.seal_hint("x" * 8001, "this browser") == ""


def test_a_connection_is_checked_without_anybody(provider: CrookedProvider) -> None:
    found = {one.what: one.holds for one in signon.check_upstream(provider.upstream)}
    assert all(found.values()), found
    assert "a pushed request" in found
    provider.status = {"/par": 400}
    found = {one.what: one.holds for one in signon.check_upstream(provider.upstream)}
    assert not found["a pushed request"]


GOOD = """
[vneid]
name = "VNeID"
issuer = "https://sso.example"
client_id = "thanh-hoa"
purpose = "Để đăng nhập"
claims = {number = "SoDinhDanh", name = "HoVaTen", birth = "NgayThangNamSinh"}
birth_format = "dmy"
levels = [{claim = "loAs", value = "2", level = 2, authentication = 1, basis = "observed"}]
"""


def test_settings_are_read_and_faults_named() -> None:
    (read,) = upstreams.read(GOOD)
    assert (read.code, read.levels[0].claim) == ("vneid", "loAs")
    for wrong in (
        GOOD.replace("https://", "http://"),
        GOOD.replace("[vneid]", "[VNeID]"),
        GOOD + 'algorithms = ["HS256"]\n',
        GOOD + 'algorithms = ["none"]\n',
        GOOD + "secret = 1\n",
        GOOD.replace("level = 2", "level = 7"),
        GOOD.replace("sso.example", "user@sso.example"),
    ):
        with pytest.raises(InvalidValue) as refused:
            upstreams.read(wrong)
        assert refused.value.code == "upstream_sign_in_setup"
