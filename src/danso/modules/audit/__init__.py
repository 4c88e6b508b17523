"""The journal: every look at a citizen's data and every domain event, in one sealed order."""
