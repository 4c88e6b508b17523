"""Posts of persons, as their pages open and close them."""
