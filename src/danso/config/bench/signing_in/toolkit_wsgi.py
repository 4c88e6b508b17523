"""django-oauth-toolkit under gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "danso.config.bench.signing_in.toolkit_settings"
application = get_wsgi_application()
