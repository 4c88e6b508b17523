"""Pure parts of exchange."""
