"""Sign-on's tests run on the teahouse, with a signing key of their own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.exchange_world import TEAHOUSE
from tests.signon_world import write_key


@pytest.fixture(autouse=True)
def _teahouse(settings: LazySettings, tmp_path: Path) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=TEAHOUSE)
    settings.SIGN_ON_KEY = write_key(tmp_path)
