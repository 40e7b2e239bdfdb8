"""Instructions that can be verified: a topic, and one to three things that the answer has to keep to."""
