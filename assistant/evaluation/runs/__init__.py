"""Runs: a set asked, kept line by line so that it can be stopped and resumed, and known by all it depends on."""
