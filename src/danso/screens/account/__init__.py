"""Signing in and an officer's own page: password, one-time codes, passkeys, recovery codes."""
