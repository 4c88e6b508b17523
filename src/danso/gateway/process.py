"""Starts one gateway process: `python -m danso.gateway` or `danso gateway`."""

from __future__ import annotations

import gc
import os
import sys

import uvicorn

from danso.gateway.app import PEOPLE, create_app
from danso.gateway.direct import direct_protocol
from danso.gateway.settings import from_environment
from danso.kernel.errors import DansoError


def main() -> int:
    """Run until told to stop. Returns 1 when it could not start, with the reason on stderr."""
    try:
        settings = from_environment(os.environ)
        application, gateway = create_app(settings)
    except DansoError as error:
        sys.stderr.write(f"danso gateway: {error}\n")
        return 1
    # What is loaded by now stays for ever; requests leave no cycles worth a look every 700 objects.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    protocol = direct_protocol(gateway.answer, PEOPLE)
    gateway.beside.append(protocol.watch)
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=protocol,
        ws="none",
        access_log=False,
        # Not its warnings: a line for each malformed call, from anybody, fills the disk.
        log_level="error",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        backlog=2048,
        limit_concurrency=settings.limits.waiting * 2,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
    )
    return 0
