"""django-oauth-toolkit as its documentation sets it up, on the bench's PostgreSQL: no more apps
and middleware than it needs, connections kept as ours are."""

import os
from urllib.parse import urlsplit

_db = urlsplit(os.environ["BENCH_TOOLKIT_DB"])
SECRET_KEY = os.environ["BENCH_TOOLKIT_SECRET"]
ALLOWED_HOSTS = ["localhost"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "oauth2_provider",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "danso.config.bench.signing_in.toolkit_urls"
LOGIN_URL = "/in/"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _db.hostname,
        "PORT": _db.port,
        "NAME": _db.path.strip("/"),
        "USER": _db.username,
        "PASSWORD": os.environ["BENCH_TOOLKIT_PASSWORD"],
        "CONN_MAX_AGE": 600,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": os.environ["BENCH_TOOLKIT_KEY"],
    "SCOPES": {"openid": "OpenID Connect"},
    "PKCE_REQUIRED": True,
}
