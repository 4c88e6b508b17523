"""The journal's door: record, follow, look up, prove."""
