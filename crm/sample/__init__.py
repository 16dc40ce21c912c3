"""The sample bureau: invented units, people, postings and 120 leads with their whole stories, as data."""
