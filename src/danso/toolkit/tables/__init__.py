"""Tables as people and offices keep them: opened, bounded, and read as frames of text."""
