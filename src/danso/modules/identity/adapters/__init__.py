"""What identity needs of the world outside: the ID database, messages, keys."""
