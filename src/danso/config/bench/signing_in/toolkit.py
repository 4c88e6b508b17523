"""`python -m danso.config.bench.signing_in.toolkit BACK PEOPLE`: tables, a client and people with
live sessions for django-oauth-toolkit; prints them as JSON."""

from __future__ import annotations

import json
import os
import secrets
import sys

import django
from django.core.management import call_command


def prepare(back: str, many: int) -> None:
    """A confidential client; its secret is compared as it stands (hashed slowly by default)."""
    call_command("migrate", verbosity=0)
    # Models exist once Django is set up.
    from django.contrib.auth import (  # noqa: PLC0415
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
    )
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from oauth2_provider.models import (  # type: ignore[import-untyped]  # noqa: PLC0415
        Application,
    )

    secret = secrets.token_urlsafe(32)
    client = Application.objects.create(
        name="bench",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=back,
        skip_authorization=True,
        algorithm=Application.RS256_ALGORITHM,
        client_secret=secret,
        hash_client_secret=False,
    )
    sessions = []
    for place in range(many):
        user = User.objects.create(username=f"person-{place}")
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        sessions.append({"cookies": {"sessionid": session.session_key}})
    print(json.dumps({"client": client.client_id, "secret": secret, "sessions": sessions}))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "danso.config.bench.signing_in.toolkit_settings"
    django.setup()
    prepare(sys.argv[1], int(sys.argv[2]))
