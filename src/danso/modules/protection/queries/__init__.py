"""Reads of protection, and of everything about a person."""
