"""Credit: the tariff as data, the append-only ledger of points, evaluation periods and their forms."""
