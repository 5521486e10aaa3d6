"""documents → chunk → embed → store; question → passages → evidence sentences."""
