"""What passes the journal's door: entries, events, tree heads, proofs and refusals."""
