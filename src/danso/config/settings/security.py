"""Sign-in, sessions, cookies, headers. What differs between a demo and a real home is said here."""

import os
from datetime import timedelta

from csp.constants import NONCE, NONE, SELF

from danso.config.home import Home, default_home
from danso.config.secrets import Secrets

_home = Home(default_home())
_secrets = Secrets(_home)
_is_demo = _home.read_stamp().get("kind", os.environ.get("DANSO_KIND", "demo")) == "demo"
# A demo home answers plain HTTP on loopback, where a browser would not send a Secure cookie back.
_secure = not _is_demo

# The outer wall comes before everything, the rest after Django's own sessions and messages.
TRANSPORT_MIDDLEWARE: list[str] = ["danso.toolkit.security.TransportMiddleware"]
SECURITY_MIDDLEWARE: list[str] = [
    "allauth.account.middleware.AccountMiddleware",
    "danso.modules.identity.web.officers.OfficerMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "danso.toolkit.security.HeadersMiddleware",
    "danso.modules.identity.web.refusals.RefusalMiddleware",
]
SECURITY_APPS: list[str] = ["allauth", "allauth.account", "allauth.mfa", "csp"]

# --- who
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["danso.modules.identity.web.backend.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "unit")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# --- signing in
ACCOUNT_ADAPTER = "danso.modules.identity.web.adapter.OfficerAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    # Mobile networks put thousands of people behind one address; guessing is held by the account.
    "login": "600/m/ip",
    "login_failed": "60/m/ip,5/900s/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}

# Counters of tries and used one-time codes, the same for every process of the pages; and what each
# process may keep for itself.
CACHES = {
    "default": {"BACKEND": "danso.toolkit.counters.backend.SharedCounters"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- second factors: required of officers in a real home, optional in a demo
FACTOR_REQUIRED = not _is_demo
FACTOR_KEYS = [
    key for key in (_secrets.find("factor-key"), _secrets.find("factor-key-old")) if key
] or ["no home yet: only good for checks and tests"]
# A passkey opens posts once it has been there so many hours: whoever got in by password and code
# can't add one and go on. Its holder is told meanwhile.
KEY_RESTS = timedelta(hours=int(os.environ.get("DANSO_KEY_RESTS", "0" if _is_demo else "24")))
MFA_ADAPTER = "danso.modules.identity.web.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "danso.modules.identity.web.adapter.CodeForm",
    "reauthenticate": "danso.modules.identity.web.adapter.CodeAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
# A passkey holds nothing to guess; allauth's ten a minute would shut out whole networks. Counted
# by ten seconds: it writes down every try of the time it counts.
MFA_RATE_LIMITS = {"webauthn_login": "1000/10s/ip"}
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Browsers offer passkeys on https and on http://localhost; only a demo serves the latter.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _is_demo

# --- sessions and cookies; __Host- binds a cookie to this very host over TLS
SESSION_ENGINE = "danso.toolkit.sessions"
SESSION_COOKIE_NAME = "__Host-danso" if _secure else "danso"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-danso-csrf" if _secure else "danso-csrf"
CSRF_COOKIE_SECURE = _secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "__Host-danso-language" if _secure else "danso-language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE = _secure
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "danso.toolkit.html.errors.csrf_refused"
# Messages in the session, so that no cookie carries what was said to an officer.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- transport and headers
# Whose forwarded headers are believed: addresses or networks, comma-separated. Nobody's by default.
TRUSTED_PROXIES = [
    part.strip() for part in os.environ.get("DANSO_TRUSTED_PROXIES", "").split(",") if part.strip()
]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
