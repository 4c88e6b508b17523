"""Running the load generators (wrk or our own) and PostgreSQL's pgbench, and reading them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from joserfc import jwt
from joserfc.jwk import OKPKey

from danso.config.bench.place import Place
from danso.kernel.errors import Unavailable

CONNECTIONS: Final = 64
# The clock of pgbench runs while 64 connections sign in; its rate leaves that out.
_CONNECTING: Final = 3
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_DONE: Final = re.compile(r"transactions actually processed: ([0-9]+)")
_RATE: Final = re.compile(r"tps = ([0-9.]+)")
_MEAN: Final = re.compile(r"latency average = ([0-9.]+)")
_LUA: Final = """
local bodies, at = {}, 0
function init(args)
  local headers = {["Content-Type"] = "application/json"}
  if args[2] ~= "" then headers["Authorization"] = "Bearer " .. args[2] end
  for line in io.lines(args[1]) do
    bodies[#bodies + 1] = wrk.format("POST", nil, headers, line)
  end
end
function request()
  at = at % #bodies + 1
  return bodies[at]
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'JSON{"answers":%d,"seconds":%f,"failed":%d,"p50":%f,"p99":%f}\\n',
    summary.requests, summary.duration / 1e6, e.status + e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


@dataclass(frozen=True)
class Load:
    """What a generator saw: answers, seconds, median (of pgbench: mean) and 99th percentile, ms."""

    answers: int
    seconds: float
    p50: float
    p99: float = 0.0

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


def generator() -> str:
    """Which load generator single calls are sent with."""
    return "wrk, 1 thread" if shutil.which("wrk") else "danso's own (asyncio), 1 process"


def token(place: Place, partner: str) -> str:
    """A fresh access token, got as a partner gets it."""
    key = OKPKey.import_key(
        json.loads((place.home.secrets / "partners" / f"{partner}.jwk").read_text())
    )
    now = int(time.time())
    claims = {
        "iss": partner,
        "sub": partner,
        "aud": f"{place.gateway}/v1/token",
        "iat": now,
        "exp": now + 120,
        "jti": os.urandom(12).hex(),
    }
    header = {"alg": "Ed25519", "kid": key.thumbprint()}
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": _ASSERTION,
        "client_assertion": jwt.encode(header, claims, key, algorithms=["Ed25519"]),
    }
    answer = httpx.post(f"{place.gateway}/v1/token", data=form).raise_for_status()
    return str(answer.json()["access_token"])


def call(port: int, path: str, bodies: Path, bearer: str, seconds: float) -> Load:
    """Single calls over 64 connections for so many seconds. Any answer but 200 is an error."""
    program = shutil.which("wrk")
    if program is None:
        return _call_ourselves(port, path, bodies, bearer, seconds)
    script = bodies.with_name("call.lua")
    script.write_text(_LUA)
    url = f"http://127.0.0.1:{port}{path}"
    command = [program, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency"]
    said = _run([*command, "-s", str(script), url, "--", str(bodies), bearer])
    found = json.loads(said.rpartition("JSON")[2])
    if found.pop("failed"):
        raise _not_all_answered(said)
    return Load(**found)


def send(
    place: Place, path: str, bodies: Path, bearer: str, *, seconds: float, connections: int
) -> tuple[Load, dict[str, int]]:
    """Our own generator at the gateway: answers of 200, and how often each status came."""
    return _send(place.gateway_port, path, bodies, bearer, (connections, seconds))


def _call_ourselves(port: int, path: str, bodies: Path, bearer: str, seconds: float) -> Load:
    load, statuses = _send(port, path, bodies, bearer, (CONNECTIONS, seconds))
    if set(statuses) != {"200"}:
        raise _not_all_answered(str(statuses))
    return load


def _send(
    port: int, path: str, bodies: Path, bearer: str, pace: tuple[int, float]
) -> tuple[Load, dict[str, int]]:
    command = [sys.executable, "-m", "danso.config.bench.sender", str(port), path, str(bodies)]
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    found = json.loads(_run([*command, *map(str, pace)], said=json.dumps(headers)))
    statuses = found["statuses"]
    ms = found["ms"]
    return Load(statuses.get("200", 0), found["seconds"], ms["p50"], ms["p99"]), statuses


def pgbench(
    place: Place, script: str, *, clients: int, seconds: float, variables: Mapping[str, int]
) -> Load:
    """Transactions of a script in prepared mode; signing in is not counted."""
    file = place.folder / "script.sql"
    file.write_text(script)
    command = [
        place.cluster.program("pgbench"),
        "--no-vacuum",
        "--protocol=prepared",
        f"--client={clients}",
        "--jobs=1",
        f"--time={max(_CONNECTING, round(seconds))}",
        f"--file={file}",
        *(f"--define={name}={value}" for name, value in variables.items()),
        place.address.url("super"),
    ]
    said = _run(command, password=place.cluster.password)
    if "number of failed transactions: 0 " not in said:
        raise _not_all_answered(said)
    done, rate, mean = (float(pattern.findall(said)[0]) for pattern in (_DONE, _RATE, _MEAN))
    return Load(int(done), done / rate, mean)


def _run(command: list[str], said: str = "", password: str = "") -> str:
    environment = {**os.environ, "PGPASSWORD": password} if password else None
    done = subprocess.run(
        command, input=said, capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise _not_all_answered(done.stdout + done.stderr)
    return done.stdout


def _not_all_answered(said: str) -> Unavailable:
    return Unavailable(
        f"the load was not answered whole: {said.strip()[-600:]}",
        code="bench_load",
        fix="Look into the logs folder of the bench home.",
    )
