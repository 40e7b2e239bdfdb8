"""The only writers of the annotate app: leases, submissions, simulated annotators."""
