"""The house's Django with nothing in front of one view: no middleware, as fast as it can be."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danso.config.settings")
django.setup(set_prefix=False)
settings.ROOT_URLCONF = "danso.config.bench.orm_urls"
settings.MIDDLEWARE = []
application = WSGIHandler()
