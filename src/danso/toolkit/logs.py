"""A log formatter that tells an exception's kind and place but not its text: texts of database and
parsing errors quote the very values that must not be in a log."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)
FRAMES = 12


class WithoutValues(logging.Formatter):
    """`time level logger: message`, and for an exception its type, code and frames."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - logging's name
        """The chain of exceptions, the outermost last, each without its text."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            lines.insert(0, _one(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def _one(error: BaseException) -> str:
    code = getattr(error, "code", None) or getattr(error, "sqlstate", None) or ""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"    {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return "\n".join([f"  {kind} {code}".rstrip(), *places])
