"""The three roles of the loop: what each is asked, and how its answer is read."""
