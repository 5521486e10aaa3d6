"""The chat window: question → Assistant → checked answer with its citations. One file per tab; handlers only call the flows."""
