"""Writes of exchange, by subject; each atomic and journaled in the same commit."""
