"""A new version of the learner: what it is trained on, how that goes, and the gate.

Owns training runs, reward models, evaluations and the gate's verdict. May use `data` and what is
below it.
"""
