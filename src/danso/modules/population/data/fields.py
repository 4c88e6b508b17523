"""Which columns make up a field of the catalogue, and how columns behave in time."""

from types import MappingProxyType
from typing import Final

from danso.kernel.errors import InvalidValue

# Catalogue field code -> columns of the person's row. `number` has its own actions.
FIELD_COLUMNS: Final = MappingProxyType(
    {
        "number": ("number",),
        "old_number": ("old_number",),
        "full_name": ("full_name",),
        "other_name": ("other_name",),
        "birth": ("birth",),
        "sex": ("sex",),
        "birth_place": ("birth_place", "birth_place_code"),
        "birth_registration_place": ("birth_registration_place", "birth_registration_code"),
        "home_place": ("home_place", "home_place_code"),
        "ethnicity": ("ethnicity",),
        "religion": ("religion",),
        "nationality": ("nationality",),
        "marital_status": ("marital_status",),
        "blood_group": ("blood_group",),
        "occupation": ("occupation",),
        "permanent_place": ("commune", "recorded_commune", "code_version", "hamlet", "address"),
        "temporary_place": ("temporary_commune", "temporary_address", "temporary_until"),
        "temporary_absence": ("absent_until",),
        "current_place": ("current_commune", "current_address"),
        "household": ("household",),
        "relation_to_head": ("relation",),
        "father": ("father", "father_name", "father_number"),
        "mother": ("mother", "mother_name", "mother_number"),
        "spouse": ("spouse", "spouse_name", "spouse_number"),
        "representative": ("representative_name", "representative_number"),
        "card": ("card_kind", "card_number", "card_issued", "card_expires", "card_status"),
        "death": ("status", "ended_on"),
    }
)

# Computed from the full name; they change with it and are never set alone.
NAME_PARTS: Final = ("family", "middle", "given", "sort_key", "search_key")

# Facts about the register, not the world: they have a recorded time but no valid time.
REGISTER_COLUMNS: Final = frozenset({"as_of", "flags", "protected", "merged_into", "source"})

DAY_COLUMNS: Final = frozenset(
    {"temporary_until", "absent_until", "card_issued", "card_expires", "as_of"}
)
KEY_COLUMNS: Final = frozenset({"household", "father", "mother", "spouse", "merged_into"})
PARTIAL_DAY_COLUMNS: Final = frozenset({"birth", "ended_on"})


def columns_of(field: str) -> tuple[str, ...]:
    """The columns of a field; InvalidValue where the catalogue's code is not one this register
    keeps."""
    columns = FIELD_COLUMNS.get(field)
    if columns is None:
        raise InvalidValue(
            f"The register keeps no field {field!r}.",
            code="field_unknown",
            fix=f"Use one of: {', '.join(sorted(FIELD_COLUMNS))}.",
        )
    return columns


def field_of(column: str) -> str:
    """The field a column belongs to; the column's own name where it is a fact about the
    register."""
    if column in NAME_PARTS:
        return "full_name"
    for field, columns in FIELD_COLUMNS.items():
        if column in columns:
            return field
    return column


# What matching compares of a person and of a foreign record: keys of names as in `wire.keys`, birth
# as precise as known ('1965', '1965-03-21'), codes of the catalogue.
COMPARED: Final = (
    "key", "number", "old_number", "name", "plain", "birth", "sex", "commune", "father", "mother",
)  # fmt: skip
