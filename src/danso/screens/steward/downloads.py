"""A workbook as a download."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse

from danso.modules.sources.data import WorklistFile

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(made: WorklistFile) -> HttpResponse:
    """With a name that says where and when, never who."""
    answer = HttpResponse(made.content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer
