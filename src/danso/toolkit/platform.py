"""What every module and screen may know about this installation, and the province it serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.conf import settings

from danso import catalogue

if TYPE_CHECKING:
    from danso.catalogue import Province

RegisterMode = Literal["authority", "copy", "absent"]
IdentityMode = Literal["provider", "broker"]
OfficersMode = Literal["local", "persons"]


@dataclass(frozen=True)
class Platform:
    """One installation. `is_demo` and `register_mode` are stamped for ever at first start."""

    home: Path
    is_demo: bool
    register_mode: RegisterMode
    province_path: Path
    gateway_url: str = "http://127.0.0.1:8001"
    # The OpenID Connect issuer: below the address at which people open the pages.
    sign_on_url: str = "http://localhost:8000/sso"
    # The national service: its settings (`upstream.toml`) and the secret shared with it.
    upstream_path: Path | None = None
    upstream_secret: str = field(default="", repr=False)
    # Whose identities: own e-ID accounts, or VNeID alone (Directive 24/CT-TTg of 2025).
    identity_mode: IdentityMode = "broker"
    # How officers sign in: with log-ins of this home, or as persons who open their posts.
    officers: OfficersMode = "local"


def platform() -> Platform:
    """The installation this process belongs to."""
    current: Platform = settings.DANSO
    return current


@cache
def _load(path: Path, files: Path) -> Province:
    return catalogue.load_standing(path, files)


@cache
def _of_home(path: Path, files: Path) -> Province:
    return catalogue.with_pushed(_load(path, files), catalogue.read_pushed(files))


def province() -> Province:
    """The province's catalogue with what this home says of its sources, read once per process."""
    here = platform()
    return _of_home(here.province_path, here.home / "files")
