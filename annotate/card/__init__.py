"""The card: what it shows of an item, and what comes back from its form.

Owns no records: it reads, shows, and translates places on the page to the record's order. May
use `queue`, `care` and `text`.
"""
