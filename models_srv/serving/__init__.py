"""Bringing a new version to the servers that serve it, and proving that its own weights answer there."""
