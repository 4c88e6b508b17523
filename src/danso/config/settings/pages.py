"""Templates and static files."""

from pathlib import Path

from danso.config.assets import built_folder

_source = Path(__file__).resolve().parents[2]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            str(_source / "toolkit" / "html" / "templates"),
            *sorted(str(folder) for folder in (_source / "screens").glob("*/templates")),
        ],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "danso.toolkit.html.environment.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

STATIC_URL = "/static/"
# tools/build_assets.py leaves a finished folder: hashed names, compressed twins, manifest.
STATIC_ROOT = str(built_folder())
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "danso.toolkit.html.storage.BuiltStaticFiles"},
}
WHITENOISE_MAX_AGE = 31_536_000

# What danso.toolkit.html asks of the rooms above it.
DANSO_CHROME = {
    "navigation": "danso.config.surroundings.navigation",
    "reader": "danso.config.surroundings.reader",
    "acting": "danso.config.surroundings.acting",
    "tree_head": "danso.config.surroundings.tree_head",
}
