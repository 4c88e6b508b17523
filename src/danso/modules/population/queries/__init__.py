"""Reads of the register. They answer with frozen data; who looks at people is journaled by the
caller."""
