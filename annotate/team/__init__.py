"""How people do: their figures, their time, and who is paused or left out.

Owns no records: it reads what was leased and said, and calls the services that end leases and
supersede answers. Uses the work and all below it.
"""
