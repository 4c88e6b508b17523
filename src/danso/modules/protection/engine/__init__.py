"""Copies and reports as files, from what is known; no database."""
