"""Population: people, their numbers, names, residence, households, life events and cards."""
