"""Which item a person gets next, and for how long: offers, claims, leases, what comes first.

Owns assignments until they are answered. May use `care`.
"""
