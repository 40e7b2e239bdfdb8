"""What every area decides by, the records included; pure. Landed migrations import from here."""
