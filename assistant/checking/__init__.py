"""domain.toml → prompt → recipe → plugin → documents → glossary → examples → questions: every fault with file and line."""
