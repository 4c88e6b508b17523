"""Which processes a running home consists of, and what each is given."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from danso.config import source_homes
from danso.config.first_start import Prepared
from danso.config.identities import (
    GATEWAY,
    USERS,
    holders_in,
    let_read,
    needed_paths,
    secrets_of,
)
from danso.config.secrets import Secrets
from danso.config.supervisor import Supervisor


def children_of(supervisor: Supervisor, prepared: Prepared, port: int) -> None:
    """Sealer first: nothing may answer while nobody seals. Then gateway, pages, jobs."""
    home, address = prepared.home, prepared.address
    secrets = Secrets(home)
    shared = {
        "DANSO_HOME": str(home.path),
        "DANSO_GATEWAY_URL": f"http://127.0.0.1:{port + 1}",
        "DANSO_SIGN_ON_URL": os.environ.get("DANSO_SIGN_ON_URL") or f"http://localhost:{port}/sso",
    }
    command = [sys.executable, "-m", "danso.config.main"]
    supervisor.add(
        "sealer",
        [*command, "sealer"],
        {"DANSO_SEALER_DSN": address.dsn("sealer", secrets.get("db-sealer"))},
    )
    supervisor.add(
        "gateway",
        [sys.executable, "-m", "danso.gateway"],
        {
            "DANSO_GATEWAY_DSN": address.dsn("gateway", secrets.get("db-gateway")),
            "DANSO_GATEWAY_PORT": str(port + 1),
            "DANSO_TOKEN_KEY": str(_token_key(secrets)),
            "DANSO_GATEWAY_LOGS": str(home.gateway_logs),
        },
    )
    supervisor.add("web", [*command, "web", "--port", str(port)], {})
    supervisor.add("worker", [*command, "worker"], {})
    province = Path(str(home.read_stamp()["province"]))
    for child in supervisor.children:
        names = secrets_of(child.name, holders_in(home))
        if child.name == "worker":
            names += source_homes.secret_names(home)
        own = secrets.replaced(names)
        child.environment = {**shared, **own, **child.environment}
        if prepared.apart:
            child.user, child.paths = USERS[child.name], needed_paths(home, province)


def _token_key(secrets: Secrets) -> Path:
    """The gateway reads a file, again and again; one from outside the home is copied for it."""
    if not secrets.replaced(["token-key"]):
        return secrets.path("token-key")
    copy = secrets.home.run / "token-key"
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    copy.write_text(secrets.get("token-key"))
    let_read(copy, GATEWAY)
    return copy
