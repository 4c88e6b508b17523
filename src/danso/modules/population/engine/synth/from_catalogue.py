"""What the generator needs to know, read out of a province's catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from danso.catalogue import Province
from danso.catalogue.shapes.names import SexNames
from danso.modules.population.engine.synth.inputs import (
    AgeShare,
    CodeLists,
    EthnicGroup,
    FormerCommune,
    HamletWords,
    NameStyle,
    Pool,
    SynthCommune,
    SynthInputs,
)

DEFAULT_AS_OF = date(2026, 6, 30)
NO_MIDDLE_NAME = "-"
NO_RELIGION = {"00": 1.0}

# How the register's list of relations names what the generator draws; a list without the code gets
# the meaning itself, which an importer keeps as it came.
_RELATIONS = {
    "head": "CH01",
    "wife": "vo-chong",
    "husband": "vo-chong",
    "child": "con",
    "father": "cha-me",
    "mother": "cha-me",
    "father_in_law": "cha-me",
    "mother_in_law": "cha-me",
    "child_in_law": "con-dau-re",
    "grandchild": "chau",
    "grandfather": "ong-ba",
    "grandmother": "ong-ba",
    "sibling": "anh-chi-em",
}
# fmt: off
_HAMLET_NAMES = (
    "Đông", "Đoài", "Thượng", "Trung", "Hạ", "Nam", "Bắc", "Đại Đồng", "Tân Thành", "Tân Tiến",
    "Tân Lập", "Phú Thọ", "Phú Lương", "Yên Bình", "Yên Lạc", "Hòa Bình", "Hòa Thuận",
    "Minh Thành", "Minh Tiến", "Quyết Thắng", "Đoàn Kết", "Đồng Tâm", "Xuân Thịnh", "Xuân Phú",
    "Ngọc Sơn", "Ngọc Lâm", "Vĩnh Phúc", "Vĩnh Quang", "Thái Bình", "Thanh Sơn", "Thanh Trung",
    "Trường Sơn", "Liên Minh", "Liên Sơn", "Cao Sơn", "Làng Mới", "Làng Cả", "Eo Bàn",
    "Bái Đá", "Cầu Lim",
)
# fmt: on
_HAMLETS = HamletWords(
    urban="Tổ dân phố", rural="Thôn", upland="Bản", house="Số nhà", names=_HAMLET_NAMES
)


def inputs_from_catalogue(province: Province, *, as_of: date = DEFAULT_AS_OF) -> SynthInputs:
    """The generator's inputs for a province, on the day the made-up register is to be true."""
    groups = _groups(province)
    composition = province.people.composition
    units = province.units
    synthetic = province.numbers.synthetic
    main = max(groups, key=lambda group: _share(province, group.code)).code
    return SynthInputs(
        province=province.name,
        province_code=province.identity.gso_code,
        synthetic_prefix=synthetic.prefix,
        old_number_prefix=synthetic.old_number_prefix,
        as_of=as_of,
        communes=_communes(province, main),
        groups=groups,
        hamlets=_HAMLETS,
        codes=_codes(province),
        version=units.files.today.label,
        older_version=units.files.older.label,
        ages=tuple(AgeShare(band.first, band.last, band.per_mille) for band in composition.ages),
        vanished=tuple(
            _former(province, unit.code)
            for unit in units.old_communes
            if province.current_commune(unit.code).kind == "unresolved"
        ),
        upland_groups=frozenset(group.code for group in groups if group.code != main),
    )


def _share(province: Province, ethnicity: str) -> float:
    return sum(
        share.per_mille for share in province.people.ethnic_shares if share.ethnicity == ethnicity
    )


def _groups(province: Province) -> tuple[EthnicGroup, ...]:
    people = province.people
    codes = sorted({share.ethnicity for share in people.ethnic_shares})
    religions = _pool(people.composition.religions or NO_RELIGION)
    return tuple(
        EthnicGroup(
            code=code,
            name=_words(province, "ethnicity").get(code, code),
            surnames=_pool(people.names.family_weights(code)),
            men=_styles(province, code, women=False),
            women=_styles(province, code, women=True),
            religions=religions,
        )
        for code in codes
    )


def _styles(province: Province, ethnicity: str, *, women: bool) -> tuple[NameStyle, ...]:
    """The group's own names where it has some, else those of the generations."""
    names = province.people.names
    for found in names.ethnic:
        if found.ethnicity == ethnicity:
            return (_style(0, found.female if women else found.male),)
    return tuple(
        _style(found.born_from, found.female if women else found.male)
        for found in names.generations
    )


def _style(since: int, names: SexNames) -> NameStyle:
    return NameStyle(since, _pool(names.middle), _pool(names.given))


def _pool(weights: Mapping[str, float]) -> Pool:
    values = tuple("" if value == NO_MIDDLE_NAME else value for value in weights)
    return Pool(values, tuple(weights.values()))


def _communes(province: Province, main: str) -> tuple[SynthCommune, ...]:
    """Communes in the order of the old districts, so that an office's files stay together."""
    units = province.units
    urban = {kind.code for kind in units.files.kinds if kind.urban}
    known = [unit.population for unit in units.communes if unit.population]
    typical = sum(known) / len(known) if known else 1.0
    former: dict[str, list[str]] = {}
    for row in units.old_to_new:
        if row.new_code:
            former.setdefault(row.new_code, []).append(row.old_code)
    communes = []
    for unit in sorted(units.communes, key=lambda c: (province.main_district(c.code), c.code)):
        district = province.main_district(unit.code)
        communes.append(
            SynthCommune(
                code=unit.code,
                name=unit.name,
                population=float(unit.population or typical),
                urban=unit.kind in urban,
                groups=_shares(province, district, main),
                former=tuple(_former(province, code) for code in former.get(unit.code, ())),
                area=units.districts.get(district, ""),
            )
        )
    return tuple(communes)


def _shares(province: Province, district: str, main: str) -> Pool:
    found = {
        share.ethnicity: share.per_mille
        for share in province.people.ethnic_shares
        if share.district_code == district
    }
    return _pool(found or {main: 1.0})


def _former(province: Province, code: str) -> FormerCommune:
    unit = province.old_commune(code)
    return FormerCommune(unit.code, unit.name, unit.district_code, unit.district_name)


def _words(province: Province, code_list: str) -> dict[str, str]:
    found = province.code_lists.get(code_list)
    return {row.code: row.vi for row in found.rows} if found else {}


def _codes(province: Province) -> CodeLists:
    relations = _words(province, "relation-to-head")
    return CodeLists(
        relations={
            meaning: code if code in relations else meaning for meaning, code in _RELATIONS.items()
        },
        relation_words=relations,
        marital_words=_words(province, "marital-status"),
        religion_words=_words(province, "religion"),
    )
