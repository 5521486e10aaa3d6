"""The tab that sets two ways of answering side by side."""
