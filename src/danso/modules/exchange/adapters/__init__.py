"""What exchange makes with other programs: the page of a verification record (typst)."""
