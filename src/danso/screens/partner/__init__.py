"""Partners: what the agreement officer issues, what a partner's contact sees and tries."""
