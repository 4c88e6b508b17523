"""The stewards' and police's screens."""
