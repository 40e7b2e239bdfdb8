"""What was said, and what follows from it: judgements, comments, ratings, rewrites, preferences.

Owns judgements with all their parts, what an item's standing answers mean, adjudication, and
preferences. May use `asking` and what is below it.
"""
