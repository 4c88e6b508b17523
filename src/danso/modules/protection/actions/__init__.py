"""Writes of protection."""
