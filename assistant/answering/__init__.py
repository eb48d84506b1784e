"""A question and what a search found -> an answer whose every sentence stands on spans of the sources."""
