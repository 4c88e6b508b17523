"""A process that imports a file in small stretches, for a test to kill."""

import sys
from pathlib import Path

from danso.config.boot import django_ready

django_ready()

from danso.kernel.actors import Actor  # noqa: E402
from danso.modules.population import interface as population  # noqa: E402
from danso.modules.population.actions.importing import whole_file  # noqa: E402

if __name__ == "__main__":
    whole_file.CHUNK_ROWS = int(sys.argv[2])  # type: ignore[misc]
    population.import_people(Path(sys.argv[1]), actor=Actor(kind="operator", id="child"))
