"""Pure readers of identity: no Django, no database."""
