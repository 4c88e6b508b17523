"""Posts of a person: opened by an explicit step with a passkey, closed again."""
