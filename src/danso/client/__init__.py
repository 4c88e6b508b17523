"""A small typed client for partner agencies: verify, share and the rest over the gateway."""
