"""Gunicorn's settings: its log tells where a request failed, never with whose data."""

from typing import Any

worker_class = "gthread"
workers = 1
timeout = 60
graceful_timeout = 5
control_socket_disable = True
# danso decides itself which proxies may set forwarded headers (DANSO_TRUSTED_PROXIES).
forwarded_allow_ips = ""
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "danso.toolkit.logs.WithoutValues"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
