"""Migrations of the identity module."""
