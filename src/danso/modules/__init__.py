"""The domain: one Django app per subject, all with the same inside plan."""
