"""Metrics of one case, one pure function each; no model is needed for any of them."""
