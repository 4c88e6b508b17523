"""Posts where VNeID says who somebody is need its stand-in."""

from tests.broker_world import person, vneid  # noqa: F401
