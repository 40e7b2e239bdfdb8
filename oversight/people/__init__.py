"""Who is asking, and what they may: signing in, tokens, members and their roles.

Owns tries at signing in, tokens of programs and memberships of campaigns; every page and
endpoint asks here first. Uses the ground alone.
"""
