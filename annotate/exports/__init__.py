"""What people entered, as a dataset: all of it, the answers that no longer stand too.

Registers with the datasets of `oversight`, which gives it an address, a command and every encoding.
"""
