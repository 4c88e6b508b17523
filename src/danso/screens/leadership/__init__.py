"""The leadership's live page: what needs attention, key figures, the map, one page per commune."""
