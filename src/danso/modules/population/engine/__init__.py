"""Pure algorithms of the population register: no Django, no database."""
