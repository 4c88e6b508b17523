"""Which processes a running home consists of."""

from __future__ import annotations

import sys

from danso.config.first_start import Prepared
from danso.config.secrets import Secrets
from danso.config.supervisor import Supervisor


def children_of(supervisor: Supervisor, prepared: Prepared, port: int) -> None:
    """Sealer first: nothing may answer while nobody seals. Then gateway, pages, jobs."""
    home, address = prepared.home, prepared.address
    secrets = Secrets(home)
    shared = {
        "DANSO_HOME": str(home.path),
        "DANSO_GATEWAY_URL": f"http://127.0.0.1:{port + 1}",
    }
    command = [sys.executable, "-m", "danso.config.main"]
    supervisor.add(
        "sealer",
        [*command, "sealer"],
        {**shared, "DANSO_SEALER_DSN": address.dsn("sealer", secrets.get("db-sealer"))},
    )
    supervisor.add(
        "gateway",
        [sys.executable, "-m", "danso.gateway"],
        {
            **shared,
            "DANSO_GATEWAY_DSN": address.dsn("gateway", secrets.get("db-gateway")),
            "DANSO_GATEWAY_PORT": str(port + 1),
            "DANSO_TOKEN_KEY": str(secrets.path("token-key")),
            "DANSO_GATEWAY_LOGS": str(home.logs),
        },
    )
    supervisor.add("web", [*command, "web", "--port", str(port)], shared)
    supervisor.add("worker", [*command, "worker"], shared)
