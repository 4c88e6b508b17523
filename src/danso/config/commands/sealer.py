"""`danso sealer`: the journal's process, started by the supervisor with the sealer's own role."""

import logging
import os
import signal
import threading

import typer

from danso.config.boot import connect_home
from danso.config.database import Address
from danso.config.home import Home, default_home
from danso.config.secrets import Secrets
from danso.kernel.errors import Unavailable
from danso.modules.audit.jobs import Desk, SealingKey, run_sealer

app = typer.Typer(add_completion=False)


@app.command()
def seal() -> None:
    """Seal the journal of this home until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    home = Home(default_home())
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    desk = Desk(
        dsn=os.environ.get("DANSO_SEALER_DSN") or _dsn(),
        load_key=lambda: _key(home),
        heads=home.heads,
    )
    run_sealer(desk, stop)


def _key(home: Home) -> SealingKey:
    text = Secrets(home).find("sealing-key")
    if text is None:
        raise Unavailable(
            "this home has no sealing key",
            code="sealing_key",
            fix="`danso up` makes one at first start; or bring back secrets/sealing-key.",
        )
    return SealingKey.from_pem(text)


def _dsn() -> str:
    home = connect_home()
    url = os.environ.get("DANSO_DATABASE_URL") or os.environ["DANSO_DB_ADDRESS"]
    return Address.from_url(url).dsn("sealer", Secrets(home).get("db-sealer"))
