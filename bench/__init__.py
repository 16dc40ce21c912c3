"""Benches: speed claims as ratios against a bare Flask "hello" measured in the same run."""
