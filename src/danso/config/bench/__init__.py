"""`danso bench`: a bench home on the real start-up path, and what is measured in it."""
