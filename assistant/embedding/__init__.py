"""Text to vectors: one interface, three engines, and sentence vectors taken from the passage they stand in."""
