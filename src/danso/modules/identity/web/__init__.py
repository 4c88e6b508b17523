"""Identity's share of a request: who is behind it, when a session ends, what a refusal leaves."""
