"""Proof that what is served is what was trained. Open prove.py first."""
