"""Capital: contracts and paid-in money, two series of dated entries that are never mixed."""
