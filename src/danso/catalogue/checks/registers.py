"""Checks of agencies, databases and code lists: names, owners, successors, purposes."""

from collections.abc import Iterable, Mapping

from danso.catalogue.province import Province
from danso.catalogue.shapes.registers import Agency, Database
from danso.catalogue.shaping import Reader

# Folders whose files are named by a key of theirs.
KEYS = {
    "databases": "code",
    "sources": "code",
    "registers": "code",
    "procedures": "code",
    "calendar": "year",
}


def check_registers(province: Province, reader: Reader) -> None:
    """References between agencies, databases and code lists, and their identity."""
    _check_identity(province, reader)
    for index, agency in enumerate(province.agencies.values()):
        _check_agency(province, reader, index, agency)
    for database in province.databases.values():
        _check_database(province, reader, database)
    _check_code_lists(province, reader)


def _check_identity(province: Province, reader: Reader) -> None:
    if province.slug != reader.root.resolve().name:
        wrong = f"the folder is called {reader.root.resolve().name}"
        fix = "Name the folder as the slug"
        reader.note("province.yaml", ("slug",), item=province.slug, wrong=wrong, fix=fix)
    for name, document in reader.documents.items():
        folder, _, file = name.partition("/")
        key = KEYS.get(folder)
        if key and str(document.value[key]) != file.removesuffix(".yaml"):
            wrong = f"the file is called {file}"
            fix = f"Name the file {document.value[key]}.yaml"
            reader.note(name, (key,), item=str(document.value[key]), wrong=wrong, fix=fix)


def _check_agency(province: Province, reader: Reader, index: int, agency: Agency) -> None:
    file, here = "agencies.yaml", ("agencies", index)
    for place, heir in enumerate(agency.successors):
        if heir.agency not in province.agencies:
            where = (*here, "successors", place, "agency")
            wrong = f"its successor {heir.agency} is no agency"
            fix = "Add the agency, or correct the code"
            reader.note(file, where, item=agency.code, wrong=wrong, fix=fix)
    if agency.until is not None and not agency.successors:
        fix = "Name who carries its duties since, duty by duty"
        reader.note(file, here, item=agency.code, wrong="it ended without successors", fix=fix)
    if _goes_round(province.agencies, agency.code):
        fix = "Let the chain of successors end in an agency that exists today"
        reader.note(file, here, item=agency.code, wrong="its successors go in a circle", fix=fix)


def _goes_round(agencies: Mapping[str, Agency], start: str) -> bool:
    waiting, seen = [start], set[str]()
    while waiting:
        agency = agencies.get(waiting.pop())
        heirs = [heir.agency for heir in agency.successors] if agency else []
        if start in heirs:
            return True
        waiting += [code for code in heirs if code not in seen]
        seen.update(heirs)
    return False


def _check_database(province: Province, reader: Reader, database: Database) -> None:
    file = f"databases/{database.code}.yaml"

    def unknown(key: str, codes: Iterable[str], known: Iterable[str], kind: str) -> None:
        for code in sorted(set(codes) - set(known)):
            fix = f"Add the {kind}, or correct the code"
            wrong = f"its {key} names {code}, which is no {kind}"
            reader.note(file, (key,), item=database.code, wrong=wrong, fix=fix)

    unknown("owner_2022", [database.owner_2022], province.agencies, "agency")
    unknown("owner_today", database.owner_today, province.agencies, "agency")
    unknown("purposes", database.purposes, province.purposes, "purpose")
    for code in database.owner_today:
        agency = province.agencies.get(code)
        if agency is not None and agency.until is not None:
            wrong = f"its owner today, {code}, ended on {agency.until}"
            fix = "Name the successor that carries this duty"
            reader.note(file, ("owner_today",), item=database.code, wrong=wrong, fix=fix)


def _check_code_lists(province: Province, reader: Reader) -> None:
    for code_list in province.code_lists.values():
        seen: set[str] = set()
        for index, row in enumerate(code_list.rows):
            if row.code in seen:
                file = f"code_lists/{code_list.head.file}"
                fix = "Keep one row for each code"
                reader.note(file, (index,), item=row.code, wrong="the code stands twice", fix=fix)
            seen.add(row.code)
    for index, field in enumerate(province.fields.values()):
        if field.code_list is not None and field.code_list not in province.code_lists:
            where = ("fields", index, "code_list")
            wrong = f"its code list {field.code_list} does not exist"
            fix = "Add the list to code_lists.yaml, or correct the name"
            reader.note("fields.yaml", where, item=field.code, wrong=wrong, fix=fix)
