"""The courts' addresses, for the API's description."""

from __future__ import annotations

from typing import Final

from danso.gateway.operation import Operation
from danso.wire import courts

_ALL: Final = ("state_bodies_only", "register_absent")

COURT_OPERATIONS: Final = (
    Operation(
        "/v1/case-parties",
        "caseParties",
        "All parties of a case at once, and what is told of those who match (courts)",
        courts.CasePartiesRequest,
        courts.CasePartiesAnswer,
        (*_ALL, "court_not_yours", "role_unknown", "birth_wrong", "day_wrong"),
    ),
    Operation(
        "/v1/case-records",
        "caseRecord",
        "The sealed record of such an answer, with its proofs, for the file (courts)",
        courts.CaseRecordRequest,
        courts.CaseRecordAnswer,
        (*_ALL, "record_unknown", "record_waiting", "record_erased"),
    ),
    Operation(
        "/v1/person-requests",
        "seekPerson",
        "Ask the police of a commune who somebody without a number is (courts)",
        courts.PersonRequest,
        courts.PersonRequestAnswer,
        (
            *_ALL,
            "court_not_yours",
            "commune_unknown",
            "sought_too_little",
            "day_wrong",
            "key_missing",
            "key_reused",
            "too_many_requests",
            "asked_too_often",
        ),
        is_write=True,
    ),
    Operation(
        "/v1/person-requests/status",
        "personRequestStatus",
        "What the police answered (courts)",
        courts.PersonRequestStatusRequest,
        courts.PersonRequestState,
        (*_ALL, "person_request_unknown"),
    ),
    Operation(
        "/v1/court-decisions",
        "proposeDecision",
        "A judgment about one person, as a proposal to the register (courts)",
        courts.CourtDecisionRequest,
        courts.CourtDecisionAnswer,
        (
            *_ALL,
            "court_not_yours",
            "birth_wrong",
            "day_wrong",
            "decision_kind_unknown",
            "representative_unfit",
            "decision_differs",
        ),
    ),
    Operation(
        "/v1/court-decisions/status",
        "decisionStatus",
        "Where a decision stands that you sent (courts)",
        courts.CourtDecisionStatusRequest,
        courts.CourtDecisionState,
        (*_ALL, "decision_unknown"),
    ),
)
