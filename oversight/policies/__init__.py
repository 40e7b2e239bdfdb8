"""What the records themselves decide by; pure. A migration that has landed imports it from here."""
