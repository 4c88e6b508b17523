"""Django settings by subject. Read from the environment and the home; no file per environment."""

from danso.config.settings.base import *  # noqa: F403
from danso.config.settings.database import *  # noqa: F403
from danso.config.settings.language import *  # noqa: F403
from danso.config.settings.logs import *  # noqa: F403
from danso.config.settings.pages import *  # noqa: F403
from danso.config.settings.security import *  # noqa: F403
