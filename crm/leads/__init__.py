"""Leads: one investment project each, from the first hint to production, with its facts and their history."""
