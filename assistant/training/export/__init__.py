"""A version in the form that other programs take. Open export.py first."""
