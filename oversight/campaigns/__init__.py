"""A campaign as those who run it shape it: settings, constitution, and the queries that it is about.

Owns campaigns, principles and queries: which text is which query, and on which side of the
split. May use `people`.
"""
