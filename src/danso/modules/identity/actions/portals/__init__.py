"""The old portals' accounts: read, compared in bulk, kept, decided by officers."""
