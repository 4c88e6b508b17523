"""What a person sees while signing in to another service: consent, refusals, signing out."""
