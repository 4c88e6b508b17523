"""Composition root: settings, urls, the danso command. Sees all; nobody sees it."""
