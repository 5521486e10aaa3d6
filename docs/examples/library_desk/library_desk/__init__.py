"""The desk of a town library, for assistant."""
