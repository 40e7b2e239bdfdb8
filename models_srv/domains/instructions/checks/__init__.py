"""Whether an answer keeps to an instruction, a function each: the answer first, then what was asked for.

They decide as the reference checkers of IFEval do (Zhou et al., 2023, arXiv:2311.07911), whose
kinds these are; docs/instructions.md says where the two differ.
"""
