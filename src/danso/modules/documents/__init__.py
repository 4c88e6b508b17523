"""Digitised papers and results, keyed by person, and their reuse."""
