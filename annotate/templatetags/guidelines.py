"""{{ text|guidelines:campaign }}: what its managers wrote, in Markdown.

{{ old|changed_to:new }}: what differs between two texts, word by word, with the
lines beside it.
"""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from annotate.text.diffing import Change, nearby, text_diff
from oversight.campaigns.policies.markdown import guidelines_html
from oversight.models import Campaign

register = template.Library()


@register.filter
def guidelines(text: str, campaign: Campaign) -> SafeString:
    pictures = reverse("guideline-picture", args=[campaign.slug, 1]).removesuffix("1/")
    return mark_safe(guidelines_html(text, pictures))  # noqa: S308  # sanitised there


@register.filter
def changed_to(old: str, new: str) -> list[Change]:
    return nearby(text_diff(old, new))
