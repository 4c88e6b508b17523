"""What is read: the tree and its proofs, health, entries about a person, everything in order."""
