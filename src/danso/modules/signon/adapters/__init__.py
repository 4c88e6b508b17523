"""The provider's signing keys on disk, and the road on which clients are told of an end."""
