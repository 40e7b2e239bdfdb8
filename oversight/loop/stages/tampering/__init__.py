"""Right answers with an error put in: what is known to be wrong, for people and critics to find."""
