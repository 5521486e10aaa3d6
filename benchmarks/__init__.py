"""Benchmarks: what docs/benchmarks.md reports, measured again by `make bench`."""
