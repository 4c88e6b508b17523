"""Messages to people: short, without personal data, sent by carriers of the home."""
