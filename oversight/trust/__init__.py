"""How far labels can be believed, and which are taken without asking a person.

Owns what was measured of sources (agreement, reliability, the critique's effect) and the rules
of acceptance that follow; its policies are pure. May use `feedback` and what is below it.
"""
