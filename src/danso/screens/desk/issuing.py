"""Files that come to a file at the desk: scans of papers, and the result signed outside."""

from __future__ import annotations

import hashlib
from typing import Any, Final
from uuid import UUID

from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.cases.data import CaseData, IssuedResult
from danso.modules.documents import interface as documents
from danso.modules.documents.data import Grounds, Index, NewPaper, Origin
from danso.screens.desk.desk import Desk, grounds_of

PDF: Final = b"%PDF-"
# Of a file, as a case keeps it.
LONGEST_NAME: Final = 120


def issue(desk: Desk, case: CaseData, file: Any, symbol: str) -> IssuedResult:
    """Keep the result's PDF as a paper of the applicant. Nothing here can check a digital signature
    yet, so it is kept as unsigned whatever it bears: it proves nothing later.

    Raises InvalidValue (`result_form`), and whatever the store refuses.
    """
    content = file.read()
    if not content.startswith(PDF):
        raise InvalidValue(
            "The result is not a PDF.",
            code="result_form",
            fix="Save the signed paper, or the scan of the stamped one, as PDF.",
        )
    result = case.definition.result
    kind = result.paper if result is not None and result.paper is not None else ""
    new = NewPaper(
        person=case.applicant,
        kind=kind,
        content=content,
        name=file.name,
        unit=case.listed.unit,
        origin="result",
        index=Index(symbol=symbol),
        is_signed=False,
    )
    return IssuedResult(
        _kept(new, desk, grounds_of(case)), file.name[:LONGEST_NAME], is_signed=False
    )


def keep_scan(desk: Desk, case: CaseData, kind: str, file: Any) -> str:
    """Keep a scan made at the desk; its digest."""
    return keep_for(desk, case.applicant, kind, file, case.listed.unit, grounds_of(case))


def keep_for(desk: Desk, person: UUID, kind: str, file: Any, unit: str, grounds: Grounds) -> str:
    """Keep a scan of somebody's paper; its digest."""
    origin: Origin = "desk"
    return _kept(NewPaper(person, kind, file.read(), file.name, unit, origin), desk, grounds)


def _kept(new: NewPaper, desk: Desk, grounds: Grounds) -> str:
    try:
        documents.keep_paper(new, actor=desk.actor, grounds=grounds)
    except Conflict as error:
        # The very same file is there already: it need not be kept twice.
        if error.code != "paper_known":
            raise
    return hashlib.sha256(new.content).hexdigest()
