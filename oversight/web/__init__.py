"""What every request meets and every page may share.

Middleware, line ends, error pages, health, pages of lists over REST. Knows no area.
"""
