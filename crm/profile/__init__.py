"""The city as data: themes, clusters, parks, sources, targets, and whose bureau this database is."""
