"""The trail: every change and every refused attempt, append-only and chained."""
