"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "danso"
LONGEST_FILE = 400
# Top to bottom, as in pyproject's contract.
MODULES = (
    "cases",
    "documents",
    "protection",
    "signon",
    "exchange",
    "sources",
    "linkage",
    "signing",
    "identity",
    "population",
    "notices",
    "audit",
)


def python_files() -> Iterator[Path]:
    for folder in ("src", "tests", "tools"):
        yield from (ROOT / folder).rglob("*.py")


def installed_modules() -> list[str]:
    return sorted(path.parent.name for path in (SOURCE / "modules").glob("*/apps.py"))


def test_no_file_is_longer_than_the_cap() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in python_files()
        if (count := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}, "split by subject into a package of the same name"


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (SOURCE).rglob("*.py")
        if "migrations" not in path.parts
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_every_module_has_a_readme_and_a_place_in_the_order() -> None:
    for name in installed_modules():
        assert name in MODULES, f"{name} has no place among the modules"
        assert (SOURCE / "modules" / name / "README.md").exists(), f"{name} has no README.md"


@pytest.mark.parametrize("name", installed_modules())
def test_every_door_exports_exactly_what_it_documents(name: str) -> None:
    door = import_module(f"danso.modules.{name}.interface")
    public = {
        item
        for item, value in vars(door).items()
        if inspect.isfunction(value)
        and value.__module__ == door.__name__
        and not item.startswith("_")
    }
    assert public <= set(door.__all__), "export it or make it private"
    undocumented = [item for item in sorted(public) if not inspect.getdoc(getattr(door, item))]
    assert undocumented == []


def test_foreign_keys_between_modules_point_down_and_leave_no_trace() -> None:
    breaches = []
    for model in apps.get_models():
        home = model.__module__.split(".")
        if home[:2] != ["danso", "modules"]:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey):
                continue
            target = field.related_model.__module__.split(".")
            if target[:2] != ["danso", "modules"] or target[2] == home[2]:
                continue
            if MODULES.index(target[2]) < MODULES.index(home[2]):
                breaches.append(f"{model.__name__}.{field.name} points up")
            if not field.remote_field.hidden:
                breaches.append(f"{model.__name__}.{field.name} needs related_name='+'")
    assert breaches == []


def test_links_in_the_docs_lead_somewhere() -> None:
    dead = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *SOURCE.rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if not link.startswith(("http", "mailto:")) and not (page.parent / link).exists():
                dead.append(f"{page.relative_to(ROOT)} -> {link}")
    assert dead == []


def test_no_machine_path_or_index_host_is_committed() -> None:
    pattern = re.compile(r"/(?:work|root)/|files\.pythonhosted|registry\.npmjs|pypi\.org/simple")
    # Named apart, so that this file does not find itself.
    found = [
        str(path.relative_to(ROOT))
        for path in [*ROOT.glob("requirements/*"), ROOT / "package-lock.json", *python_files()]
        if path != Path(__file__).resolve() and pattern.search(path.read_text())
    ]
    assert found == []


def test_the_client_needs_nothing_of_the_platform() -> None:
    code = "import sys, danso.client; print([m for m in sys.modules if m.startswith('django')])"
    assert _run(code) == "[]"


def test_the_gateway_never_loads_django() -> None:
    code = "import sys, danso.gateway.app; print([m for m in sys.modules if m == 'django'])"
    assert _run(code) == "[]"


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
