"""Ways out of this house that cases use."""
