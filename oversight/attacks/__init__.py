"""Attacks: which of them count, where the learner is weak, and where to look next.

An attack counts where a person or a checker confirms that the query is fair and the answer fails.
Owns the findings that say so. May use what is below it: queries, answers, what people said of them.
"""
