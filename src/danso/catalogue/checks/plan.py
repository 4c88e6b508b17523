"""Checks of the plan: ids once each, and every agency, database and clause it names exists."""

from collections.abc import Iterator
from datetime import date

from danso.catalogue.province import Province
from danso.catalogue.reading import Where
from danso.catalogue.shapes.plan import Clause
from danso.catalogue.shapes.registers import Database
from danso.catalogue.shaping import Reader

FILE = "plan/clauses.yaml"


def check_plan(province: Province, reader: Reader) -> None:
    """References out of the plan, and clause ids."""
    _check_ids(province, reader)
    for section, index, clause in province.plan.walk():
        _check_clause(province, reader, (section, index), clause)
    _check_task_force(province, reader)
    _check_later_law(province, reader)
    _check_reasons(province, reader)
    for database in province.databases.values():
        for key, wrong, fix in _against_the_plan(province, database):
            file = f"databases/{database.code}.yaml"
            reader.note(file, (key,), item=database.code, wrong=wrong, fix=fix)


def _check_later_law(province: Province, reader: Reader) -> None:
    for index, law in enumerate(province.plan.later_law):
        for clause_id in sorted(set(law.clauses) - set(province.clauses)):
            _unknown(reader, ("later_law", index), str(law.since), "clause", clause_id)


def _check_reasons(province: Province, reader: Reader) -> None:
    for clause_id in sorted(set(province.not_built) - set(province.clauses)):
        file, fix = "plan/not_built.yaml", "Correct the id, or remove the reason"
        wrong = "the plan has no such clause"
        reader.note(file, ("reasons", clause_id), item=clause_id, wrong=wrong, fix=fix)


def _check_ids(province: Province, reader: Reader) -> None:
    seen: set[str] = set()
    for section, index, clause in province.plan.walk():
        if clause.id in seen:
            fix = "Give each clause its own id"
            wrong = "the id stands twice"
            reader.note(FILE, (section, index), item=clause.id, wrong=wrong, fix=fix)
        seen.add(clause.id)


def _named_agencies(clause: Clause) -> Iterator[str]:
    yield from (code for code in (clause.lead, clause.agency) if code is not None)
    yield from clause.together_with
    for heirs in clause.today.values():
        yield from (heirs,) if isinstance(heirs, str) else heirs
    for step in clause.monthly:
        yield from (*step.who, step.to)
        if step.through is not None:
            yield step.through


def _check_clause(province: Province, reader: Reader, where: Where, clause: Clause) -> None:
    for code in sorted(set(_named_agencies(clause)) - set(province.agencies)):
        _unknown(reader, where, clause.id, "agency", code)
    databases = _databases(province)
    for code in sorted(set(clause.databases) - databases):
        _unknown(reader, where, clause.id, "database", code)
    for code in sorted(set(clause.today) - databases - set(province.agencies)):
        _unknown(reader, where, clause.id, "agency or database", code)


def _databases(province: Province) -> set[str]:
    parts = {part.code for base in province.databases.values() for part in base.parts}
    return parts | set(province.databases)


def _check_task_force(province: Province, reader: Reader) -> None:
    force = province.plan.task_force
    if force is None:
        return
    seals = [post.seal for post in (force.head, force.standing_deputy, force.deputy)]
    for code in sorted({*seals, *force.members} - set(province.agencies)):
        _unknown(reader, ("task_force",), "task_force", "agency", code)


def _against_the_plan(province: Province, database: Database) -> Iterator[tuple[str, str, str]]:
    """What a database's file says otherwise than the tasks that connect it."""
    tasks = [task for task in province.plan.tasks if database.code in task.databases]
    if database.counted != bool(tasks):
        fix = "Set counted to true exactly when a task names the database"
        yield "counted", "counted says otherwise than the tasks of the plan", fix
    dues = [task.due for task in tasks if isinstance(task.due, date)]
    if dues and database.due != min(dues):
        yield "due", f"the plan's first date for it is {min(dues)}", "Take the plan's date"
    for task in tasks:
        heirs = task.today.get(database.code)
        if heirs and set((heirs,) if isinstance(heirs, str) else heirs) != set(
            database.owner_today
        ):
            fix = "Let both name the same bodies"
            yield "owner_today", f"{task.id} names other owners of today", fix


def _unknown(reader: Reader, where: Where, item: str, kind: str, code: str) -> None:
    fix = f"Add the {kind}, or correct the code"
    wrong = f"it names {code}, which is no {kind}"
    reader.note(FILE, where, item=item, wrong=wrong, fix=fix)
