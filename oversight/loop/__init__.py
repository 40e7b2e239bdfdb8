"""Rounds: the plan, the stages one after the other, units of work, and who wakes whom.

Owns rounds, work units and schedules; each stage calls the area whose work it is. May use every
area but `pages`.
"""
