"""Evaluation sets: read from spreadsheets, checked in plain words, written back, grown from chat answers."""
