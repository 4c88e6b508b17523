"""The real gateway application on a real database, called over ASGI."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from django.conf import LazySettings
from django.db import connections

from danso.config.secrets import new_signing_key
from danso.gateway.app import create_app
from danso.gateway.gateway import Gateway
from danso.gateway.settings import Limits, Settings
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.exchange_world import TEAHOUSE, TestPartner, agree, enrol, make_partner
from tests.stand_in import StandIn, started

ENVELOPE = {
    "purpose": "tea-service",
    "procedure": "1.004222",
    "file_code": "F-1",
    "officer": "officer-7",
}
URL = "http://gateway.test"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _teahouse(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    # The tests' own loop may wait for Django; the gateway itself never touches it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=TEAHOUSE)


@pytest.fixture
def gateway_settings(fresh_db: Database, tmp_path: Path) -> Settings:
    key = tmp_path / "token-key"
    key.write_text(new_signing_key())
    return Settings(
        dsn=fresh_db.dsn("gateway"),
        token_key=key,
        public_url=URL,
        logs=tmp_path / "logs",
        province=TEAHOUSE,
        limits=Limits(lanes=1),
    )


@dataclasses.dataclass
class Caller:
    """A partner at the gateway's door."""

    gateway: Gateway
    http: httpx.AsyncClient
    partner: TestPartner
    token: str = ""
    headers: dict[str, str] = dataclasses.field(default_factory=dict)

    async def sign_in(self) -> httpx.Response:
        """Get a token by private_key_jwt."""
        answer = await self.ask_token(self.partner.assertion(f"{URL}/v1/token"))
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]
        return answer

    async def ask_token(self, assertion: str, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        } | changes
        return await self.http.post("/v1/token", data=form, headers=self.headers)

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Call with the token."""
        known = {"authorization": f"Bearer {self.token}"} | self.headers | headers
        if isinstance(body, bytes):
            known = {"content-type": "application/json"} | known
            return await self.http.post(path, content=body, headers=known)
        return await self.http.post(path, json=body, headers=known)


@pytest.fixture
async def running(gateway_settings: Settings) -> AsyncIterator[Callable[[TestPartner], Caller]]:
    """A running gateway; gives a caller for a partner."""
    application, gateway = create_app(gateway_settings)
    transport = httpx.ASGITransport(app=application, client=("127.0.0.1", 40000))
    async with gateway.running(), httpx.AsyncClient(transport=transport, base_url=URL) as http:
        yield lambda partner: Caller(gateway, http, partner)
    # What tests did with Django inside the loop has a connection of its own.
    connections.close_all()


@pytest.fixture
def kettle(fresh_db: Database) -> TestPartner:
    """A state agency with every agreement."""
    partner = make_partner("kettle")
    agree("kettle", "verify", "batch", "share", "link-number", "changes", "correction")
    return partner


@pytest.fixture
def commune(fresh_db: Database) -> str:
    return province().units.communes[0].code


@pytest.fixture
def an(fresh_db: Database, commune: str) -> str:
    """The teahouse's regular guest; returns the person's key."""
    return str(enrol(commune=commune))


@pytest.fixture
async def caller(kettle: TestPartner, an: str, running: Callable[[TestPartner], Caller]) -> Caller:
    """The state agency, signed in."""
    found = running(kettle)
    await found.gateway.news.ask()
    await found.sign_in()
    return found


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with started(tmp_path_factory.mktemp("national")) as made:
        yield made


@pytest.fixture
def national(process: StandIn) -> StandIn:
    process.start_again()
    process.forget()
    process.enter(commune="00001", address="số 7", old_number="123456789", ethnicity="01")
    return process


@pytest.fixture
def forwarding(gateway_settings: Settings, national: StandIn) -> Settings:
    setup = national.setup
    quick = msgspec.structs.replace(setup.service, timeout=3.0, together=4)
    pace = msgspec.structs.replace(setup.pace, pause=0.5)
    return dataclasses.replace(
        gateway_settings,
        register="absent",
        # Nobody seals here; a slow machine must not look like a journal that falls behind.
        limits=dataclasses.replace(gateway_settings.limits, batch_backlog=60.0, grace=120.0),
        upstream=msgspec.structs.replace(setup, service=quick, pace=pace),
        upstream_secret=national.secret,
    )


@asynccontextmanager
async def gateway_of(settings: Settings) -> AsyncIterator[Callable[[TestPartner], Caller]]:
    """A running gateway; gives a caller for a partner."""
    application, gateway = create_app(settings)
    transport = httpx.ASGITransport(app=application, client=("127.0.0.1", 40000))
    async with gateway.running(), httpx.AsyncClient(transport=transport, base_url=URL) as http:
        yield lambda partner: Caller(gateway, http, partner)
    # What tests did with Django inside the loop has a connection of its own.
    connections.close_all()


@pytest.fixture
async def absent(forwarding: Settings) -> AsyncIterator[Callable[[TestPartner], Caller]]:
    async with gateway_of(forwarding) as caller_of:
        yield caller_of


@pytest.fixture
async def asker(kettle: TestPartner, absent: Callable[[TestPartner], Caller]) -> Caller:
    found = absent(kettle)
    await found.gateway.news.ask()
    await found.sign_in()
    return found
