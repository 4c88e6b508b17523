"""The one database, reached with the role that this process is allowed."""

import os

from danso.config.database import Address, external_url
from danso.config.home import Home, default_home
from danso.config.secrets import Secrets

_role = os.environ.get("DANSO_DB_ROLE", "app")
_home = Home(default_home())
_address = Address.from_url(
    external_url() or os.environ.get("DANSO_DB_ADDRESS", "postgresql://127.0.0.1:5432/danso")
)

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _address.host,
        "PORT": _address.port,
        "NAME": _address.name,
        "USER": f"danso_{_role}",
        "PASSWORD": Secrets(_home).find(f"db-{_role}") or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": f"danso-{os.environ.get('DANSO_PROCESS', 'cli')}",
            # What `danso.toolkit.statements` sends again and again is planned once a connection.
            "prepare_threshold": 2,
        },
    }
}
