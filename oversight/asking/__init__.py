"""What is asked of people, and why: routing, pairs, gold, tampered and rating items.

Owns routing decisions and review items until somebody answers. May use `versions` and what is
below it.
"""
