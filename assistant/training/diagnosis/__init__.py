"""What went wrong in a training, with evidence and cure. Open diagnose.py first."""
