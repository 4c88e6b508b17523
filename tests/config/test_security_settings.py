"""What differs between a demo and a real home: settings loaded in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

NAMES = (
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SECURE",
    "FACTOR_REQUIRED",
    "LANGUAGE_COOKIE_SECURE",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "TRUSTED_PROXIES",
)
READ = f"""
import json
from danso.config.settings import security
print(json.dumps({{name: getattr(security, name) for name in {NAMES!r}}}))
"""


def load(home: Path, kind: str, **environment: str) -> dict[str, Any]:
    (home / "home.json").write_text(json.dumps({"kind": kind}))
    done = subprocess.run(
        [sys.executable, "-c", READ],
        env={**os.environ, "DANSO_HOME": str(home), **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_real_home_is_strict(tmp_path: Path) -> None:
    assert load(tmp_path, "real", DANSO_TRUSTED_PROXIES="10.0.0.1, 10.1.0.0/16") == {
        "CSRF_COOKIE_NAME": "__Host-danso-csrf",
        "CSRF_COOKIE_SECURE": True,
        "FACTOR_REQUIRED": True,
        "LANGUAGE_COOKIE_SECURE": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "SESSION_COOKIE_NAME": "__Host-danso",
        "SESSION_COOKIE_SECURE": True,
        "TRUSTED_PROXIES": ["10.0.0.1", "10.1.0.0/16"],
    }


def test_demo_home_can_be_used_on_loopback(tmp_path: Path) -> None:
    # The environment cannot make a demo of a home that is stamped real, nor the other way round.
    found = load(tmp_path, "demo", DANSO_KIND="real")
    assert found["SESSION_COOKIE_SECURE"] is False
    assert found["FACTOR_REQUIRED"] is False
    assert found["TRUSTED_PROXIES"] == []
