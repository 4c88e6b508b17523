"""Who may ask what of whom: partners, their keys, agreements, and the SQL door of the gateway."""
