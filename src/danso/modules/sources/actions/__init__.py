"""Everything that changes corrections and worklists, one file per subject."""
