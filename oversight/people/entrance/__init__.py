"""What django-allauth, which does second factors and single sign-on, is told of our rules (ADR 0036)."""
