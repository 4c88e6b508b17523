"""What is done with papers; each in one transaction."""
