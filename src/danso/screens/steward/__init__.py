"""Where data stewards and police work: search, records, corrections, quality, worklists, files."""
