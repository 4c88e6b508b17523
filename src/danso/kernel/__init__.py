"""Values everyone may use. Standard library only."""
