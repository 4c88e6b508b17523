"""What protection keeps unreadable at rest."""
