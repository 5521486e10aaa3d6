"""The tab where the team reviews what people said of answers."""
