"""{{ text|model_text }}: what a model wrote, escaped, with its invisible characters shown."""

from django import template
from django.utils.safestring import SafeString

from annotate.text.rendering import visible_html

register = template.Library()


@register.filter
def model_text(text: str) -> SafeString:
    return visible_html(text)
