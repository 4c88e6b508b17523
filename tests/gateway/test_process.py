"""The gateway as it really runs: its own process, uvicorn, sockets, signals, and `danso verify`."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from joserfc.jwk import OKPKey
from typer.testing import CliRunner

from danso.config.commands import partner as partner_commands
from danso.config.commands import verify as verify_command
from danso.config.postgres import free_port
from danso.config.secrets import new_signing_key
from danso.gateway.settings import Limits
from danso.modules.exchange import interface as exchange
from tests.conftest import Database
from tests.exchange_world import AN, OFFICER, TestPartner, agree, enrol, entries, make_partner
from tests.gateway.conftest import ENVELOPE

ASKED = {"envelope": ENVELOPE, "person": AN}


@dataclass
class Running:
    """A gateway process and what its partner needs."""

    process: subprocess.Popen[bytes]
    url: str
    said: Path

    @contextmanager
    def client(self, partner: TestPartner) -> Iterator[httpx.Client]:
        """A client with a token; waits until the gateway has heard of the partner."""
        with httpx.Client(base_url=self.url, timeout=10) as http:
            end = time.monotonic() + Limits().news
            while (answer := http.post("/v1/token", data=self._form(partner))).status_code != 200:
                assert time.monotonic() < end, answer.text
                time.sleep(0.05)
            http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
            yield http

    def _form(self, partner: TestPartner) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": partner.assertion(f"{self.url}/v1/token"),
        }

    def wait(self, path: str = "/ready", status: int = 200) -> None:
        """Until the gateway answers so."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            assert self.process.poll() is None, "the gateway ended"
            try:
                if httpx.get(self.url + path, timeout=2).status_code == status:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{path} never answered {status}")


@pytest.fixture
def running(fresh_db: Database, tmp_path: Path) -> Iterator[Running]:
    key = tmp_path / "token-key"
    key.write_text(new_signing_key())
    port = free_port()
    environment = {
        **os.environ,
        "DANSO_GATEWAY_DSN": fresh_db.dsn("gateway"),
        "DANSO_GATEWAY_PORT": str(port),
        "DANSO_TOKEN_KEY": str(key),
        "PYTHONWARNINGS": "default",
    }
    said = tmp_path / "said"
    with said.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "danso.gateway"], env=environment, stderr=stderr
        )
    made = Running(process, f"http://127.0.0.1:{port}", said)
    try:
        made.wait()
        yield made
    finally:
        process.kill()
        process.wait()
        sys.stderr.write(said.read_text())


@pytest.fixture
def kettle(fresh_db: Database) -> TestPartner:
    partner = make_partner("kettle")
    agree("kettle", "verify", "batch")
    enrol()
    return partner


def test_many_callers_share_commits_and_all_are_journaled(
    running: Running, kettle: TestPartner, fresh_db: Database
) -> None:
    answers: list[str] = []

    def ask() -> None:
        with running.client(kettle) as http:
            for _ in range(25):
                answers.append(http.post("/v1/verify", json=ASKED).json()["result"])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["match"] * 200
    assert len(entries(fresh_db)) == 200


def test_malformed_calls_leave_no_line_each(running: Running) -> None:
    port = int(running.url.rpartition(":")[2])
    for call in (
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(call)
            assert line.recv(20).startswith(b"HTTP/1.1 4")
    assert running.said.read_text() == ""


def test_revocation_is_effective_within_five_seconds(running: Running, kettle: TestPartner) -> None:
    with running.client(kettle) as http:
        assert http.post("/v1/verify", json=ASKED).status_code == 200
        exchange.close_partner("kettle", actor=OFFICER)
        revoked_at = time.monotonic()
        while http.post("/v1/verify", json=ASKED).status_code == 200:
            assert time.monotonic() - revoked_at < Limits().news
        assert http.post("/v1/verify", json=ASKED).json()["code"] == "partner_closed"


def test_lost_connections_are_said_and_mended(
    running: Running, kettle: TestPartner, fresh_db: Database
) -> None:
    with running.client(kettle) as http:
        assert http.post("/v1/verify", json=ASKED).status_code == 200
        with psycopg.connect(fresh_db.dsn("super"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'danso_gateway' AND datname = current_database()"
            )
        seen = {http.post("/v1/verify", json=ASKED).status_code for _ in range(4)}
        assert seen <= {200, 503}
        running.wait()
        assert http.post("/v1/verify", json=ASKED).status_code == 200


def test_slow_bodies_and_broken_requests_leave_others_alone(
    running: Running, kettle: TestPartner
) -> None:
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow, running.client(kettle) as http:
        slow.sendall(b"POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{")
        with socket.create_connection((host, int(port))) as broken:
            broken.sendall(b"\x16\x03\x01 not http at all\r\n\r\n")
            assert b"400" in broken.recv(100)
        assert http.post("/v1/verify", json=ASKED).status_code == 200


def test_stops_cleanly_when_told(running: Running, kettle: TestPartner) -> None:
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=10) in (0, -signal.SIGTERM)


def test_says_what_is_missing_when_it_cannot_start(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("DANSO")}
    for given, said in [
        ({}, "DANSO_GATEWAY_DSN"),
        ({"DANSO_GATEWAY_DSN": "x", "DANSO_TOKEN_KEY": str(tmp_path / "no")}, "token key"),
        ({"DANSO_GATEWAY_DSN": "x", "DANSO_GATEWAY_HOST": "0.0.0.0"}, "plain HTTP"),
    ]:
        done = subprocess.run(
            [sys.executable, "-m", "danso.gateway"],
            env=bare | given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr


def wait_until_known(running: Running, key: Path) -> None:
    """Until the gateway has heard of the partner whose private key this is."""
    partner = TestPartner(key.stem, OKPKey.import_key(json.loads(key.read_text())))
    with running.client(partner):
        pass


def test_partner_made_on_the_command_line_verifies_through_the_gateway(
    running: Running,
    fresh_db: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: pytest.FixtureRequest,
) -> None:
    home = tmp_path / "home"
    (home / "secrets").mkdir(parents=True)
    danso = settings.DANSO  # type: ignore[attr-defined]
    settings.DANSO = dataclasses.replace(danso, home=home, is_demo=True)  # type: ignore[attr-defined]
    monkeypatch.setenv("DANSO_HOME", str(home))
    monkeypatch.setenv("DANSO_GATEWAY_URL", running.url)
    enrol()
    run = CliRunner().invoke
    arguments = ["create", "cup", "--kind", "state", "--agency", "cup-office"]
    arguments += ["--services", "verify,share", "--purpose", "tea-service", "--json"]
    made = run(partner_commands.app, arguments)
    assert made.exit_code == 0, made.output
    key = Path(json.loads(made.stdout)["private_key"])
    assert key.stat().st_mode & 0o777 == 0o600
    wait_until_known(running, key)
    asked = [AN["number"], AN["full_name"], "21/03/1984", "--partner", "cup", "--json"]
    answered = run(verify_command.app, asked)
    assert (answered.exit_code, json.loads(answered.stdout)["result"]) == (0, "match")
    wrong = run(verify_command.app, [AN["number"], "Ai Đó", "1984", "--partner", "cup"])
    assert (wrong.exit_code, "name_differs" in wrong.stdout) == (verify_command.MISMATCH, True)
    assert {entry["officer"] for entry in entries(fresh_db)} == {"console"}
    (batch,) = agree("cup", "batch")
    people, told = tmp_path / "people.csv", tmp_path / "told.csv"
    people.write_text(f"number,full_name,ref\n{AN['number']},{AN['full_name']},one\n")
    asked = ["verify-file", str(people), "--agreement", batch.code, "--out", str(told), "--json"]
    summary = json.loads(run(partner_commands.app, asked).stdout)
    assert (summary["state"], summary["counts"]) == ("done", {"match": 1})
    assert told.read_text().splitlines()[1] == "2,one,match,match,match,,,"
    shown = run(partner_commands.app, ["show", "cup", "--json"])
    first = json.loads(shown.stdout)["agreements"][0]["agreement"]
    assert run(partner_commands.app, ["revoke", first, "--reason", "test"]).exit_code == 0
    assert "cup-office" in run(partner_commands.app, ["list", "--json"]).stdout
    assert run(partner_commands.app, ["close", "cup"]).exit_code == 0
