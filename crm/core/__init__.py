"""What every room stands on: database, clock, money, errors, rulebook, paging."""
