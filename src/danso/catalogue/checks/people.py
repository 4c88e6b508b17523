"""Checks of numbers and of the synthesiser's weights: no mark of made-up people is a real one."""

from danso.catalogue.province import Province
from danso.catalogue.reading import Where
from danso.catalogue.shaping import Reader

WHOLE = 1000.0
ROUNDING = 0.5


def check_people(province: Province, reader: Reader) -> None:
    """Prefixes, ethnic shares, ages, religions and names fit together."""
    _check_numbers(province, reader)
    _check_shares(province, reader)
    _check_composition(province, reader)
    _check_names(province, reader)


def _check_numbers(province: Province, reader: Reader) -> None:
    numbers, file = province.numbers, "numbers.yaml"
    if numbers.synthetic_prefix in numbers.prefixes:
        wrong = f"the synthetic prefix {numbers.synthetic_prefix} is a real one"
        fix = "Choose a prefix that no province or country has"
        reader.note(file, ("synthetic", "prefix"), item="synthetic", wrong=wrong, fix=fix)
    if numbers.own_prefix not in numbers.prefixes:
        fix = "Add it to provinces, or correct it"
        wrong = f"{numbers.own_prefix} is not among the prefixes"
        reader.note(file, ("own_prefix",), item="own_prefix", wrong=wrong, fix=fix)
    seen: set[str] = set()
    for index, prefix in enumerate(numbers.provinces):
        if prefix.code in seen:
            where = ("provinces", index)
            fix = "Keep one"
            reader.note(file, where, item=prefix.code, wrong="the prefix stands twice", fix=fix)
        seen.add(prefix.code)


def _check_shares(province: Province, reader: Reader) -> None:
    file = "people/ethnicity-by-district.csv"
    sums: dict[str, float] = {}
    for index, row in enumerate(province.people.ethnic_shares):
        sums[row.district_code] = sums.get(row.district_code, 0.0) + row.per_mille
        _check_ethnicity(province, reader, file, (index,), row.ethnicity)
    for district in sorted(set(sums) | set(province.units.districts)):
        if district not in province.units.districts:
            fix = "Correct the code"
            reader.note(file, (), item=district, wrong="no old district has it", fix=fix)
        elif abs(sums.get(district, 0.0) - WHOLE) > ROUNDING:
            wrong = f"its shares add up to {sums.get(district, 0.0):g}, not {WHOLE:g}"
            fix = "Give the rest to one of the groups"
            reader.note(file, (), item=district, wrong=wrong, fix=fix)


def _check_ethnicity(
    province: Province, reader: Reader, file: str, where: Where, ethnicity: str
) -> None:
    field = province.fields.get("ethnicity")
    known = province.code_lists.get(field.code_list or "") if field else None
    if known is not None and ethnicity not in known.codes:
        fix = "Use a code of the list, or add it there"
        wrong = f"the ethnic group {ethnicity} is not in the list {known.head.code}"
        reader.note(file, where, item=ethnicity, wrong=wrong, fix=fix)


def _check_names(province: Province, reader: Reader) -> None:
    file, names = "people/names.yaml", province.people.names
    for index, family in enumerate(names.family):
        _check_ethnicity(province, reader, file, ("family", index), family.ethnicity)
    for index, ethnic in enumerate(names.ethnic):
        _check_ethnicity(province, reader, file, ("ethnic", index), ethnic.ethnicity)
    years = [generation.born_from for generation in names.generations]
    if years != sorted(set(years)):
        fix = "Order the generations by born_from, each once"
        reader.note(file, ("generations",), item="generations", wrong="not in order", fix=fix)


def _check_composition(province: Province, reader: Reader) -> None:
    file, people = "people/composition.yaml", province.people.composition
    total = sum(band.per_mille for band in people.ages)
    if abs(total - WHOLE) > ROUNDING:
        wrong, fix = f"the ages add up to {total:g}, not {WHOLE:g}", "Correct the shares"
        reader.note(file, ("ages",), item="ages", wrong=wrong, fix=fix)
    for index, birth in enumerate(people.birth_provinces):
        if birth.prefix not in province.numbers.prefixes:
            fix = "Use a prefix of numbers.yaml"
            reader.note(
                file, ("birth_provinces", index), item=birth.prefix, wrong="no such prefix", fix=fix
            )
    field = province.fields.get("religion")
    known = province.code_lists.get(field.code_list or "") if field else None
    for code in people.religions:
        if known is not None and code not in known.codes:
            fix = "Use a code of the list"
            reader.note(
                file, ("religions", code), item=code, wrong="no such religion in its list", fix=fix
            )
