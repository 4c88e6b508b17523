"""What travels and must be computed alike everywhere: keys, canonical form, leaves, trees."""
