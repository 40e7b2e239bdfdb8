"""Pages and endpoints that draw on several areas: home, a campaign at one glance, its items.

Owns no records. May use every area; none may use it.
"""
