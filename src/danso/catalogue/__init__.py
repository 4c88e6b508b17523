"""The province as data: YAML read into frozen, checked objects."""
