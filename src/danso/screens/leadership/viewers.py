"""Who sees the leadership's pages: whoever answers for the province; counts only."""

from typing import Final

from danso.modules.identity.data import Role

VIEWERS: Final = (
    Role.LEADER,
    Role.PROVINCIAL_POLICE,
    Role.STEWARD,
    Role.AUDITOR,
    Role.OPERATOR,
)
