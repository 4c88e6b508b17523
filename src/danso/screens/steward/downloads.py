"""A workbook as a download, and the page before it: what leaves the house, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from danso.modules.sources.data import WorklistFile
from danso.screens.steward.desk import Desk

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Export:
    """What is about to be exported, from where, and where to go back to."""

    what: str
    place: str
    hamlet: str
    back: str
    # Of a source's owner: who gets it, instead of where it is checked on foot.
    owner: str = ""


def export_page(request: HttpRequest, desk: Desk, export: Export) -> HttpResponse:
    """Asked for by GET, so that a confirmed password leads back here and on to the download."""
    return render(request, "steward/export.html", {"desk": desk, "export": export})


def workbook(made: WorklistFile) -> HttpResponse:
    """With a name that says where and when, never who."""
    answer = HttpResponse(made.content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer
