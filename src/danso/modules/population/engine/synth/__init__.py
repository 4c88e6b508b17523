"""A synthetic province: plausible people in any number, from a seed, and the messy files
agencies would keep."""
