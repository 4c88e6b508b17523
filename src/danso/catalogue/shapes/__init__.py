"""The shapes of a province's files: strict, frozen, nothing unnamed."""
