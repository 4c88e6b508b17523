"""The front door: where everybody lands before signing in, and what outsiders may check."""
