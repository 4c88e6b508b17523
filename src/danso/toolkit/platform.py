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


@dataclass(frozen=True)
class Platform:
    """One installation. `is_demo` and `register_mode` are stamped for ever at first start."""

    home: Path
    is_demo: bool
    register_mode: RegisterMode
    province_path: Path
    gateway_url: str = "http://127.0.0.1:8001"
    # The national service: its settings (`upstream.toml`) and the secret shared with it.
    upstream_path: Path | None = None
    upstream_secret: str = field(default="", repr=False)
    # Whose identities: own e-ID accounts, or VNeID alone (Directive 24/CT-TTg of 2025).
    identity_mode: IdentityMode = "broker"


def platform() -> Platform:
    """The installation this process belongs to."""
    current: Platform = settings.DANSO
    return current


@cache
def _load(path: Path) -> Province:
    return catalogue.load(path)


def province() -> Province:
    """The province's catalogue, read once per process."""
    return _load(platform().province_path)
