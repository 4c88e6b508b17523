"""What the gateway is told by whoever starts it: addresses, files, limits. Environment only."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from danso.kernel.errors import InvalidValue
from danso.wire.upstream.setup import FILE, SECRET_FILE, Setup, read_setup

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Limits:
    """Bounds of one gateway process; times in seconds, sizes in bytes."""

    body: int = 8_192
    batch_body: int = 600_000
    batch_people: int = 1_000
    push_body: int = 2_000_000
    body_time: float = 10.0
    waiting: int = 2_000
    together: int = 256
    lanes: int = 1
    batches: int = 8
    seldom: int = 8
    # Issue 2: no news of revocations for 5 s, or a journal older than its grace, closes the door.
    news: float = 5.0
    grace: float = 30.0
    batch_backlog: float = 2.0
    token_life: int = 300
    assertion_life: int = 300
    clock_skew: int = 30


@dataclass(frozen=True)
class Settings:
    """Where the database, the token key and the outside are."""

    dsn: str
    token_key: Path
    host: str = "127.0.0.1"
    port: int = 8001
    public_url: str = ""
    logs: Path | None = None
    is_demo: bool = True
    processes: int = 1
    trusted_proxies: tuple[Network, ...] = ()
    limits: Limits = field(default_factory=Limits)
    # Where the register is absent: the national service that everything is forwarded to.
    register: str = "authority"
    # The catalogue that says which fields may be corrected, and to what.
    province: Path | None = None
    # The home's files, which say whose owners send their records to it.
    files: Path | None = None
    upstream: Setup | None = None
    upstream_secret: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """How partners reach the gateway: issuer and audience of its tokens."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def trusts(self, host: str) -> bool:
        """Whether forwarded headers of this peer are believed."""
        if not self.trusted_proxies:
            return False
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self.trusted_proxies)


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read DANSO_GATEWAY_* and check them; says which one is missing or wrong."""
    dsn = environment.get("DANSO_GATEWAY_DSN", "")
    if not dsn:
        raise InvalidValue(
            "the gateway was not told its database",
            code="gateway_dsn_missing",
            fix="Set DANSO_GATEWAY_DSN, or start it with `danso up`.",
        )
    home = Path(environment.get("DANSO_HOME", ".danso"))
    register = _register(environment, home)
    host = environment.get("DANSO_GATEWAY_HOST", "127.0.0.1")
    proxies = _networks(environment.get("DANSO_TRUSTED_PROXIES", ""))
    if not _is_loopback(host) and not proxies:
        raise InvalidValue(
            "the gateway would speak plain HTTP beyond this machine",
            code="gateway_plain_http",
            fix="Put a TLS edge before it and name it in DANSO_TRUSTED_PROXIES.",
        )
    return Settings(
        dsn=dsn,
        token_key=Path(environment.get("DANSO_TOKEN_KEY", str(home / "secrets" / "token-key"))),
        host=host,
        port=int(environment.get("DANSO_GATEWAY_PORT", "8001")),
        public_url=environment.get("DANSO_GATEWAY_URL", "").rstrip("/"),
        logs=Path(environment["DANSO_GATEWAY_LOGS"])
        if "DANSO_GATEWAY_LOGS" in environment
        else None,
        is_demo=environment.get("DANSO_KIND", "demo") == "demo",
        processes=max(1, int(environment.get("DANSO_GATEWAY_PROCESSES", "1"))),
        trusted_proxies=proxies,
        limits=Limits(
            grace=float(environment.get("DANSO_JOURNAL_GRACE", "30")),
            lanes=int(environment.get("DANSO_GATEWAY_LANES", "1")),
        ),
        register=register,
        # In a copy jobs talk to the national service, and their secret is theirs alone.
        upstream=_upstream(environment, home) if register == "absent" else None,
        upstream_secret=_upstream_secret(environment, home) if register == "absent" else "",
        province=_province(environment, home),
        files=home / "files",
    )


def _register(environment: Mapping[str, str], home: Path) -> str:
    """As the home is stamped: started without it, an absent register would say "not found"."""
    stamp = home / "home.json"
    if stamp.exists():
        return str(json.loads(stamp.read_text()).get("register", "authority"))
    return environment.get("DANSO_REGISTER", "authority")


def _province(environment: Mapping[str, str], home: Path) -> Path | None:
    """As the home is stamped; a gateway without a home is told by the environment."""
    stamp = home / "home.json"
    told = json.loads(stamp.read_text()).get("province") if stamp.exists() else None
    path = told or environment.get("DANSO_PROVINCE")
    return Path(str(path)) if path else None


def _upstream(environment: Mapping[str, str], home: Path) -> Setup | None:
    path = Path(environment.get("DANSO_UPSTREAM") or home / "files" / FILE)
    return read_setup(path.read_text(encoding="utf-8")) if path.exists() else None


def _upstream_secret(environment: Mapping[str, str], home: Path) -> str:
    if value := environment.get("DANSO_SECRET_UPSTREAM_SECRET"):
        return value
    path = Path(
        environment.get("DANSO_SECRET_UPSTREAM_SECRET_FILE") or home / "secrets" / SECRET_FILE
    )
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise InvalidValue(
            f"DANSO_TRUSTED_PROXIES: {error}",
            code="trusted_proxies_wrong",
            fix="Write addresses or networks with commas, for example 10.0.0.5,10.1.0.0/16.",
        ) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
