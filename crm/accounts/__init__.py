"""People, units, roles and sessions: who may do what, and how far they see."""
