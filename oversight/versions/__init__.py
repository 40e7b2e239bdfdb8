"""Model versions: where each one is, whether it answers, and which is at work in which role.

Owns versions, their trials, promotion and rollback (one row's change). May use `campaigns` and
`people`.
"""
