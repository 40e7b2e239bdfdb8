"""What a person is called where names do not go."""

import hashlib
import hmac


def pseudonym(secret: str, campaign_id: int, user_id: int) -> str:
    """Return a name that is the same for one person throughout a campaign, and another elsewhere."""
    message = f"annotator:{campaign_id}:{user_id}".encode()
    return "a-" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:16]
