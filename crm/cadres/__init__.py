"""Postings of seconded cadres: who is posted where, from when to when."""
