"""What changes in sign-on, one subject a file."""
