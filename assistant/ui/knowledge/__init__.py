"""The tab that keeps documents."""
