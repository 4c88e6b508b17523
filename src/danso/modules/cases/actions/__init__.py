"""What happens to cases: one transaction each."""
