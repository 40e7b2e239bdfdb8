"""Simulated annotators: what they read off the page, how they judge it, how they send it."""
