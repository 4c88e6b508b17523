"""The web process's door, served by gunicorn."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

# After Django is ready: it needs the modules. Pages ask only whether there is a way out.
from danso.config import case_roads, copy_parts, message_homes  # noqa: E402

message_homes.use_home()
case_roads.use_home()
copy_parts.use_home()
