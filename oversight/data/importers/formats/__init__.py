"""The formats that files come in: how each is cut into records, and how a record is checked."""
