"""What all processes of the pages count together: tries to sign in, one-time codes used."""
