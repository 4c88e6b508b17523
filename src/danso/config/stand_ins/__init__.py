"""Services outside danso that really start, for tests and for trying things out. Never for use."""
