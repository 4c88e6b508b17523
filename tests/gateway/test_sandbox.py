"""The sandbox: every published example gives what was published, as often as it is asked."""

from __future__ import annotations

import dataclasses

import pytest
from django.conf import LazySettings

from danso.kernel.errors import Refused
from danso.modules.exchange import interface as exchange
from tests.exchange_world import OFFICER
from tests.gateway.conftest import ENVELOPE, Caller


@pytest.mark.anyio
async def test_every_published_example_gives_its_code(caller: Caller) -> None:
    made = exchange.publish_sandbox(actor=OFFICER)
    assert exchange.publish_sandbox(actor=OFFICER) == 0
    people = (await caller.http.get("/v1/sandbox")).json()["people"]
    assert len(people) == made
    for example in people:
        person = {name: example[name] for name in ("number", "full_name", "birth")}
        for turn in range(7):
            answer = await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": person})
            found = answer.json()
            seen = {found["code"], *(one["code"] for one in found["fields"].values())}
            if example["gives"] != "too_many_attempts":
                assert example["gives"] in seen, (example, found)
            else:
                assert (example["gives"] in seen) == (turn >= 5)


def test_sandbox_is_for_demo_homes(settings: LazySettings) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, is_demo=False)
    with pytest.raises(Refused):
        exchange.publish_sandbox(actor=OFFICER)
