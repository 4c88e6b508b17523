"""What danso is made of: apps, platform, files."""

import os
from pathlib import Path
from typing import Any

from danso.catalogue import only_province
from danso.config.home import Home, default_home
from danso.config.secrets import Secrets
from danso.config.settings.security import (
    SECURITY_APPS,
    SECURITY_MIDDLEWARE,
    TRANSPORT_MIDDLEWARE,
)
from danso.toolkit.platform import Platform
from danso.wire.upstream.setup import FILE, SECRET_FILE

_home = Home(default_home())
_stamp = _home.read_stamp()
_secrets = Secrets(_home)
_checkout = Path(__file__).resolve().parents[4]

_is_demo = _stamp.get("kind", os.environ.get("DANSO_KIND", "demo")) == "demo"

_officers: Any = os.environ.get("DANSO_OFFICERS", "local")
_identity: Any = os.environ.get("DANSO_IDENTITY", "provider" if _is_demo else "broker")

DANSO = Platform(
    home=_home.path,
    is_demo=_is_demo,
    register_mode=_stamp.get("register", os.environ.get("DANSO_REGISTER", "authority")),
    province_path=Path(
        _stamp.get("province")
        or os.environ.get("DANSO_PROVINCE")
        or only_province(_checkout / "provinces")
    ),
    gateway_url=os.environ.get("DANSO_GATEWAY_URL", "http://127.0.0.1:8001"),
    sign_on_url=os.environ.get("DANSO_SIGN_ON_URL", f"http://localhost:{_home.read_port()}/sso"),
    upstream_path=Path(os.environ.get("DANSO_UPSTREAM") or _home.files / FILE),
    upstream_secret=_secrets.find(SECRET_FILE) or "",
    identity_mode=_stamp.get("identity", _identity),
    officers=_officers,
)

# How many people a helper may begin to help within a day.
ASSISTED_A_DAY = {
    "officer": int(os.environ.get("DANSO_ASSISTED_OFFICER", "60")),
    "team": int(os.environ.get("DANSO_ASSISTED_TEAM", "10")),
}
# Telephones and e-mail addresses that are told when somebody breaks the glass.
BREAK_GLASS_CONTACTS = [
    contact.strip()
    for contact in os.environ.get("DANSO_BREAK_GLASS_CONTACTS", "").split(",")
    if contact.strip()
]

# The police's ID database, which compares faces and fingerprints for level 2; empty: not connected.
ID_DATABASE_ADDRESS = os.environ.get("DANSO_ID_DATABASE", "")
ID_DATABASE_SECRET = _secrets.find("id-database-secret") or ""
ID_DATABASE_CA_FILE = os.environ.get("DANSO_ID_DATABASE_CA", "")

# The national number service, which gives newborns their numbers where this home may not; empty:
# not connected, births wait.
NUMBER_SERVICE_ADDRESS = os.environ.get("DANSO_NUMBER_SERVICE", "")
NUMBER_SERVICE_SECRET = _secrets.find("number-service-secret") or ""
NUMBER_SERVICE_CA_FILE = os.environ.get("DANSO_NUMBER_SERVICE_CA", "")

# Where sealed papers lie: a folder, or a bucket that speaks S3 (`s3://name/prefix`).
PAPERS_ADDRESS = os.environ.get("DANSO_PAPERS") or (_home.files / "papers").as_uri()
# clamd, which checks papers for viruses (`host:port`, or a socket's path); empty: none here.
CLAMD_ADDRESS = os.environ.get("DANSO_CLAMD", "")

# Every module folder is a Django app; its place among the others is the import contract's matter.
_modules = sorted(
    f"danso.modules.{folder.parent.name}"
    for folder in (Path(__file__).resolve().parents[2] / "modules").glob("*/apps.py")
)

# Read again when it changes; what was retired lies beside it.
SIGN_ON_KEY = Path(os.environ.get("DANSO_SIGN_ON_KEY") or _secrets.path("sign-on-key"))

# Our own keys as other providers' client, one a provider; read when they are used.
SIGN_IN_KEYS = _home.secrets

DEBUG = False
SECRET_KEY = _secrets.find("django-secret-key") or "no home yet: only good for checks and tests"
ALLOWED_HOSTS = os.environ.get("DANSO_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
ROOT_URLCONF = "danso.config.urls"
WSGI_APPLICATION = "danso.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    *SECURITY_APPS,
    "procrastinate.contrib.django",
    "danso.toolkit.counters",
    *_modules,
]

MIDDLEWARE = [
    *TRANSPORT_MIDDLEWARE,
    "django.middleware.security.SecurityMiddleware",
    "danso.modules.signon.rest.direct.DirectMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "danso.toolkit.html.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    *SECURITY_MIDDLEWARE,
]
