"""Making domains and changing what they say of themselves, file by file and never half."""
