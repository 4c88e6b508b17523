"""Other providers whose client a home is: `sign-in.toml` and the keys put into place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from danso.config.demo_sign_on import read_sign_on_demo
from danso.config.home import Home
from danso.config.identities import PAGES, let_read
from danso.config.secrets import Secrets
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.signon import interface as signon
from danso.modules.signon.adapters.upstreams import FILE, key_name, new_key, public_key, read
from danso.modules.signon.data import CLAIM_NAMES, ClientSettings, Upstream
from danso.toolkit.platform import platform


@dataclass(frozen=True)
class Installed:
    """One provider as installed: what has to be registered there."""

    upstream: Upstream
    public: dict[str, Any]
    is_new_key: bool


def install(home: Home, file: Path) -> tuple[Installed, ...]:
    """Check a `sign-in.toml` and put it into the home, with the keys beside it (`sign-in-CODE-key`,
    JWK or PEM); where there is none and the home has none, a new one is made.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidValue(
            f"{file} cannot be read", code="upstream_sign_in_setup", fix=f"Name a {FILE}."
        ) from error
    found = read(text)
    made = tuple(_with_key(home, file.parent, one) for one in found)
    draft = home.files / f"{FILE}.new"
    draft.write_text(text, encoding="utf-8")
    let_read(draft, PAGES)
    draft.replace(home.files / FILE)
    return made


def _with_key(home: Home, beside: Path, upstream: Upstream) -> Installed:
    secrets, name = Secrets(home), key_name(upstream.code)
    given = beside / name
    if given.is_file():
        text = given.read_text(encoding="utf-8")
        public = _public(text, given)
        secrets.write(name, text.strip())
        return Installed(upstream, public, is_new_key=False)
    known = secrets.find(name)
    if known is None:
        known = new_key()
        secrets.write(name, known)
        return Installed(upstream, public_key(known), is_new_key=True)
    return Installed(upstream, _public(known, secrets.path(name)), is_new_key=False)


def renew_key(home: Home, code: str) -> dict[str, Any]:
    """A new key for one provider; its public half, to be registered there before it is needed."""
    text = new_key()
    Secrets(home).write(key_name(code), text)
    return public_key(text)


def _public(text: str, path: Path) -> dict[str, Any]:
    try:
        return public_key(text)
    except ValueError as error:
        raise InvalidValue(
            f"{path} holds no private key",
            code="upstream_sign_in_key",
            fix="Give a P-256, Ed25519 or RSA key as JWK or PEM.",
        ) from error


def as_text(public: dict[str, Any]) -> str:
    """A public key as it is handed on."""
    return json.dumps(public, indent=2)


STAND_IN: Final = """# Written by `danso signon stand-in`: a second danso stands for VNeID.
# What the national portal's sign-in really asks and tells is in its own papers.
[vneid]
name = "VNeID"
issuer = "{issuer}"
client_id = "{client}"
purpose = "Để đăng nhập vào hệ thống của tỉnh"
basis = "assumed"
claims = {{number = "personal_number", name = "name", birth = "birthdate"}}
levels = [
{levels}]
"""


def write_stand_in(home: Home, broker: str, folder: Path, *, actor: Actor) -> Path:
    """Make this demo home, a provider, stand for VNeID to a broker whose issuer is `broker`: a demo
    partner becomes its client. Its `sign-in.toml` and key go into `folder`."""
    keys = home.secrets / "partners"
    taken = read_sign_on_demo(home).get("client")
    free = [path for path in sorted(keys.glob("*.jwk")) if path.stem != taken]
    if not platform().is_demo or platform().identity_mode != "provider" or not free:
        raise Refused(
            "only a demo home that is a provider, with demo partners, stands for VNeID",
            code="stand_in_home",
            fix="Start one: `danso --home FOLDER up --identity provider`.",
        )
    key = free[0]
    settings = ClientSettings(
        partner=key.stem,
        redirect_uris=(f"{broker}/ve/vneid",),
        post_logout_uris=(f"{broker}/da-dang-xuat",),
        logout_uri=f"{broker}/het-phien/vneid",
        claims=tuple(CLAIM_NAMES),
        purpose="Để đăng nhập vào hệ thống của tỉnh",
    )
    if signon.find_client(key.stem) is None:
        signon.add_client(settings, actor=actor)
    else:
        signon.change_client(settings, actor=actor)
    levels = "".join(
        f'  {{value = "urn:danso:acr:{level}:{sure}", level = {level}, authentication = {sure}}},\n'
        for level in (2, 1)
        for sure in (2, 1)
    )
    folder.mkdir(parents=True, exist_ok=True)
    text = STAND_IN.format(issuer=signon.issuer(), client=key.stem, levels=levels)
    (folder / FILE).write_text(text, encoding="utf-8")
    copy = folder / key_name("vneid")
    copy.touch(mode=0o600)
    copy.write_bytes(key.read_bytes())
    return folder / FILE
