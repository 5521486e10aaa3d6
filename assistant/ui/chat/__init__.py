"""The chat: question → Assistant → checked answer with its citations."""
