"""Long work: a job is a row with a lease, a heartbeat and its progress; workers are only hands."""
