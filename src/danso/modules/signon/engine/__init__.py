"""Pure parts of the protocol: signed assertions, proofs of possession, hashes."""
