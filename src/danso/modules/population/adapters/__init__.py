"""Calls to registers outside this house."""
