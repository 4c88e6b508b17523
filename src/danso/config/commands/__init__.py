"""The danso command, one file per group of verbs."""
