"""Money of a lead: contracts and paid-in capital, two different series of dated entries, never one field."""
