"""Pure algorithms of the journal."""
