"""Files of any common shape → examples that are fit to learn from. Open clean.py first."""
