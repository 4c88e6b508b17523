"""Loading files of people: stretch by stretch, each a transaction, each only once."""
