"""What people are spared, and how they like to work: consent, blur, breaks, keys of their own.

Owns consents, categories left out, breaks and people's own settings, and says of any text
whether this person may see it now. Uses the ground alone.
"""
