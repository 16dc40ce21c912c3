"""Support: what the city promises, each promise reviewed before a signed paper may carry it (domain.md §8)."""
