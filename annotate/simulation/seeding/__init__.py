"""A large campaign with a plausible history, made of nothing: to see how pages bear a million items.

Each part is a list of statements that PostgreSQL runs over a few thousand *units* at once: a query
with two responses, and all that follows from it. Begin: `seeding.py`, then `units.py`.
"""
