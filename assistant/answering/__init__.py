"""question → rewrite → route → retrieve → prompt → generate → check → cite."""
