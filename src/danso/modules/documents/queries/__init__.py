"""Reads of the paper store."""
