"""E-IDs of citizens: opening one, the holder's own page, level 2 before a police officer."""
