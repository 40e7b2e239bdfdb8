"""Textbook statistics that know nothing of this product: numbers in, numbers out. Pure."""
