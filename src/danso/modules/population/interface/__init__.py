"""The door of the population register: record, correct, merge, look, count.

Every action takes the `actor` and the `grounds` (reason, evidence, purpose, file) and is one
transaction: check, write, version copy, journal row, event. A refusal is journaled after the
rollback; inside a caller's own transaction that is left to the caller. `scope` limits what may be
reached; what lies outside it, and protected people, look exactly as if they were not there
(PersonNotFound). In a *copy* only the upstream feed may change people (RegisterIsCopy; corrections
leave as requests); where the register is *absent* everything raises RegisterAbsent.
"""

from danso.modules.population.adapters.upstream import (
    ChangeAnswer,
    Upstream,
    VerifyAnswer,
    VerifyQuestion,
    WantedChange,
)
from danso.modules.population.interface.changes import (
    add_card,
    confirm_person,
    correct_field,
    issue_number,
    mark_field,
    merge_people,
    protect,
    record_death,
    record_household,
    record_missing,
    record_move,
    record_person,
    record_upstream_answer,
    send_change_request,
    stamp_home,
    unmerge,
    unprotect,
)
from danso.modules.population.interface.figures import (
    count_alive,
    count_card_due,
    count_people,
    keep_quality,
    list_card_due,
    list_faulty,
    list_quality,
    list_tallies,
    quality_report,
    recount,
)
from danso.modules.population.interface.imports import (
    count_quarantine,
    export_quarantine,
    get_quarantined,
    import_people,
    list_imports,
    list_quarantine,
    resolve_quarantine,
)
from danso.modules.population.interface.people import (
    find_by_number,
    find_person,
    get_person,
    history_of,
    household_of,
    keys_of,
    numbers_of,
    open_person,
    people_by_keys,
    search,
)
from danso.modules.population.rules import UPSTREAM

__all__ = [
    "UPSTREAM",
    "ChangeAnswer",
    "Upstream",
    "VerifyAnswer",
    "VerifyQuestion",
    "WantedChange",
    "add_card",
    "confirm_person",
    "correct_field",
    "count_alive",
    "count_card_due",
    "count_people",
    "count_quarantine",
    "export_quarantine",
    "find_by_number",
    "find_person",
    "get_person",
    "get_quarantined",
    "history_of",
    "household_of",
    "import_people",
    "issue_number",
    "keep_quality",
    "keys_of",
    "list_card_due",
    "list_faulty",
    "list_imports",
    "list_quality",
    "list_quarantine",
    "list_tallies",
    "mark_field",
    "merge_people",
    "numbers_of",
    "open_person",
    "people_by_keys",
    "protect",
    "quality_report",
    "record_death",
    "record_household",
    "record_missing",
    "record_move",
    "record_person",
    "record_upstream_answer",
    "recount",
    "resolve_quarantine",
    "search",
    "send_change_request",
    "stamp_home",
    "unmerge",
    "unprotect",
]
