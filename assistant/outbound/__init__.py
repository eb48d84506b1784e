"""Connections to servers that text is sent to: where they lead, what may pass, and what can go wrong with them."""
