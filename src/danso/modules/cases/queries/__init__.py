"""Reads of cases; scope lies in the query."""
