"""Somebody else looks again at what was answered: chosen by rules or by hand, answered blind first,
then accepted, corrected, or sent back.

Owns reviews with their moves and the reviewers' own answers. A correction is an adjudicating
judgement like any other: what it means is said by `oversight.feedback`. Uses the work and all below it.
"""
