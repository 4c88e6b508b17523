"""The web process's door, served by gunicorn."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

# After Django is ready: it needs the modules. Pages ask only whether there is a way out.
from danso.config.message_homes import use_home  # noqa: E402

use_home()
