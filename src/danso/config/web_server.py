"""Gunicorn's settings: its log tells where a request failed, never with whose data."""

import gc
from typing import Any

worker_class = "gthread"
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


def post_worker_init(worker: Any) -> None:
    """What is loaded by now stays: the collector need not look at it again and again."""
    del worker
    gc.collect()
    gc.freeze()
