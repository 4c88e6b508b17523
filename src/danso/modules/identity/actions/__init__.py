"""Writes of identity, one file per subject; each leaves its journal entry in the same commit."""
