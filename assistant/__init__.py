"""Cited answers and plan language for school districts, from their own documents."""

__version__ = "0.1.0"
PRODUCT = "Family Engagement Assistant"
