"""The trainer itself: layers, loss, devices, when it ends. ``training/train.py`` puts it to work."""
