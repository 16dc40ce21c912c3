"""Scoring: how well a project fits the city's themes, clusters and parks, and what its acceptance score is."""
