"""examples → clean → dataset → train → diagnose → gate → version. Open flow.py first."""
