"""What a person does with a card and afterwards: submissions, drafts, corrections, flags,
practice.

Owns annotations, drafts, flags and practice answers, and the pages from one card to the next.
May use `card` and what is below it.
"""
