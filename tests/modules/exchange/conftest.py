"""The exchange's tests run on the teahouse."""

from __future__ import annotations

import dataclasses

import pytest
from django.conf import LazySettings

from tests.exchange_world import TEAHOUSE


@pytest.fixture(autouse=True)
def _teahouse(settings: LazySettings) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=TEAHOUSE)
