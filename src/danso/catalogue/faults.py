"""What is wrong in a province's files: file, line, item, what is wrong and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from danso.kernel.errors import DansoError

# A fault's code and what it is about.
Said = tuple[str, tuple[str, ...]]
NOT_SAID: Said = ("", ())


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend, in words a maintainer of the province's files can act on.

    `code` with what it is `about`: for who says the same in other words (screens); empty where
    nobody but a maintainer of files meets it.
    """

    file: str
    line: int
    item: str
    wrong: str
    fix: str
    code: str = ""
    about: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.item}: {self.wrong}. {self.fix}."


class CatalogueError(DansoError):
    """The province's files can't be used; `.faults` holds every fault, by file and line."""

    def __init__(self, faults: tuple[Fault, ...], root: Path | None = None) -> None:
        self.faults = faults
        where = f" in {root}" if root else ""
        shown = "\n".join(str(fault) for fault in faults)
        super().__init__(
            f"{len(faults)} fault(s) in the province's files{where}:\n{shown}",
            code="catalogue_faults",
            fix=f"Mend the lines named, then run: danso catalogue check {root or ''}".rstrip(),
        )


@dataclass
class Faults:
    """Collects faults while files are read and cross-checked, so that all are shown at once."""

    root: Path
    found: list[Fault] = field(default_factory=list)

    def add(
        self,
        file: Path,
        *,
        line: int,
        item: str,
        wrong: str,
        fix: str,
        said: Said = NOT_SAID,
    ) -> None:
        """Note one fault; `file` is shown relative to the province's folder."""
        name = file.relative_to(self.root) if file.is_relative_to(self.root) else file
        self.found.append(Fault(str(name), line, item, wrong.rstrip("."), fix.rstrip("."), *said))

    def __iter__(self) -> Iterator[Fault]:
        return iter(sorted(set(self.found)))

    def raise_any(self) -> None:
        """Raise CatalogueError when anything was noted."""
        if self.found:
            raise CatalogueError(tuple(self), self.root)
