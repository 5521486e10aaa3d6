"""The installed domains, and making new ones."""
