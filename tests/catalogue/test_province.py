"""What engines ask a province, on the nonsense one."""

from datetime import date

import pytest

from danso.catalogue import Province
from danso.kernel.errors import InvalidValue, NotFound
from danso.kernel.working_days import YearNotDecided


def test_what_became_of_an_old_commune_is_whole_part_or_unresolved(teahouse: Province) -> None:
    whole = teahouse.current_commune("90103")
    part = teahouse.current_commune("90111")
    lost = teahouse.current_commune("90104")
    assert (whole.kind, whole.communes) == ("whole", ("90103",))
    assert (part.kind, part.communes, part.default) == ("part", ("90101", "90102"), "90101")
    assert (lost.kind, lost.communes, lost.default) == ("unresolved", (), None)


def test_units_are_found_in_their_generation_only(teahouse: Province) -> None:
    assert teahouse.commune("90102").name == "Chợ Trà Đen"
    assert teahouse.old_commune("90111").later_name == "Làng Ấm Sành"
    with pytest.raises(NotFound, match="current_commune"):
        teahouse.commune("90111")
    assert teahouse.main_district("90103") == "902"
    assert dict(teahouse.units.districts) == {"901": "Huyện Ấm", "902": "Huyện Chén"}


def test_duties_go_by_successor(teahouse: Province) -> None:
    heirs = teahouse.agencies_today("saucer-office")
    assert [agency.code for agency in heirs] == ["cup-office", "kettle-office"]
    assert teahouse.agencies_today("cup-office") == (teahouse.agency("cup-office"),)


def test_a_clause_is_carried_by_todays_bodies(teahouse: Province) -> None:
    assert [body.code for body in teahouse.bodies_today("U.1")] == ["kettle-office", "cup-office"]
    assert [body.code for body in teahouse.bodies_today("V.2")] == ["tea-master"]


def test_working_days_follow_decisions_and_refuse_undecided_years(teahouse: Province) -> None:
    assert not teahouse.calendar.is_working(date(2021, 3, 5))
    assert teahouse.calendar.is_working(date(2021, 3, 13))
    assert teahouse.calendar.add(date(2021, 3, 4), 1) == date(2021, 3, 8)
    with pytest.raises(YearNotDecided):
        teahouse.calendar.is_working(date(2022, 1, 3))


def test_made_up_numbers_pass_only_where_they_may(teahouse: Province) -> None:
    demo = teahouse.number_rules(accepts_synthetic=True)
    real = teahouse.number_rules(accepts_synthetic=False)
    assert demo.parse("909095000001") == "909095000001"
    with pytest.raises(InvalidValue):
        real.parse("909095000001")
    assert real.parse("901095000001").prefix == "901"
    assert real.parse("911095000001").prefix == "911"
    with pytest.raises(InvalidValue):
        demo.parse("038095000001")


def test_a_part_is_found_in_its_database(teahouse: Province) -> None:
    assert teahouse.database("lids").code == "kettles"


@pytest.mark.parametrize(
    "ask",
    ["agency", "purpose", "field", "database", "code_list", "clause", "keep", "current_commune"],
)
def test_what_is_not_there_is_said_with_the_next_step(ask: str, teahouse: Province) -> None:
    with pytest.raises(NotFound) as caught:
        getattr(teahouse, ask)("nonesuch")
    assert "nonesuch" in caught.value.message
    assert caught.value.fix


def test_a_purpose_bounds_what_each_service_may_touch(teahouse: Province) -> None:
    tasting = teahouse.purpose("tea-tasting")
    assert tasting.consent
    assert tasting.services == ("verify", "batch", "share")
    assert tasting.verify == ("number", "full_name", "birth")
    assert set(tasting.fields) == {*tasting.verify, *tasting.share}
    assert teahouse.field("ethnicity").sensitivity == "sensitive"


def test_code_lists_speak_both_languages_and_keep_unknown_codes(teahouse: Province) -> None:
    leaf = teahouse.code_list("leaf")
    assert leaf.label("01") == "Lá xanh"
    assert leaf.label("01", "en") == "Green leaf"
    assert leaf.label("02", "en") == "Lá đỏ"
    assert leaf.label("77") == "77"
    assert leaf.codes == ("01", "02")


def test_names_go_by_generation_and_group(teahouse: Province) -> None:
    names = teahouse.people.names
    assert names.generation(1950).born_from == 0
    assert names.generation(2011).born_from == 2000
    assert dict(names.family_weights("02")) == {"Đĩa": 1}
    assert "Ấm" in names.family_weights("nonesuch")


def test_a_province_never_changes(teahouse: Province) -> None:
    with pytest.raises(ValueError, match="frozen"):
        teahouse.identity.vi = "Tỉnh Cà Phê"
