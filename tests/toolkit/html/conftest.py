"""What the tests of pages share: compiled English, an environment, a browserless client."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import trans_real
from jinja2 import DictLoader, Environment
from pytest_django.fixtures import Settings
from tools import messages

from danso.toolkit.html.environment import environment


@pytest.fixture(autouse=True)
def alone(settings: Settings) -> None:
    """The room by itself: no hooks into the modules above it, none of their routes."""
    settings.DANSO_CHROME = {}
    settings.ROOT_URLCONF = "tests.toolkit.html.alone"


@pytest.fixture(scope="session")
def english() -> None:
    """English as the .po files have it now, whatever was compiled before."""
    messages.compile_all()
    vars(trans_real)["_translations"].clear()


@pytest.fixture
def jinja() -> Environment:
    """The environment with the room's own templates and nothing else."""
    folder = Path(messages.ROOT, "src/danso/toolkit/html/templates")
    templates = {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.html")
    }
    return environment(loader=DictLoader(templates))


@pytest.fixture
def client() -> Client:
    """Vietnamese until told otherwise; failures raise."""
    return Client()
