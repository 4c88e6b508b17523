"""Public services for people: find one, see what is asked and what is not, apply, follow it."""
