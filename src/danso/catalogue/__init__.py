"""The province as data: YAML, CSV and GeoJSON read into one frozen, cross-checked object."""

from danso.catalogue.faults import CatalogueError, Fault
from danso.catalogue.finding import only_province
from danso.catalogue.hosting import read_register, shape_register
from danso.catalogue.loading import find_faults, load
from danso.catalogue.province import Province
from danso.catalogue.pushing import HomePush, read_pushed, with_pushed
from danso.catalogue.standing import MEANWHILE, keep_standing, kept_of, load_standing

__all__ = [
    "MEANWHILE",
    "CatalogueError",
    "Fault",
    "HomePush",
    "Province",
    "find_faults",
    "keep_standing",
    "kept_of",
    "load",
    "load_standing",
    "only_province",
    "read_pushed",
    "read_register",
    "shape_register",
    "with_pushed",
]
