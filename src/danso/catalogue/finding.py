"""Finds the one province of a folder, so that no program text names a province."""

from pathlib import Path

from danso.kernel.errors import NotFound

MARK = "province.yaml"


def only_province(folder: Path) -> Path:
    """The one folder below that holds a province; NotFound when none or several do."""
    found = sorted(file.parent for file in folder.glob(f"*/{MARK}"))
    if len(found) == 1:
        return found[0]
    several = ", ".join(path.name for path in found)
    raise NotFound(
        f"Which province? {folder} holds {several or 'none'}.",
        code="province_unclear",
        fix="Name its folder: DANSO_PROVINCE=path/to/province",
    )
