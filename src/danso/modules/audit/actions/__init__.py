"""What is written: entries, events, followers' cursors, withholding."""
