"""A person's own keys, and what is blurred for them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotate.access import PersonRequest, person_required
from annotate.care.forms import AnnotatorSettingsForm
from annotate.care.policies.keys import shown_keys
from annotate.care.selectors.own_settings import settings_of
from annotate.care.services import change_annotator_settings


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def own_settings(request: PersonRequest) -> HttpResponse:
    present = settings_of(request.user)
    initial = {f"key-{action}": key for action, key in shown_keys(present.keys).items()}
    initial |= {f"pressed-{action}": pressed for action, pressed in present.keys.items()}
    initial["blur_from"] = present.blur_from
    form = AnnotatorSettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_annotator_settings(
            user=request.user, keys=form.keys(), blur_from=form.cleaned_data["blur_from"]
        )
        messages.success(request, "Saved.")
        return redirect("annotate:settings")
    status = 422 if form.errors else 200
    return render(request, "annotate/care/settings.html", {"form": form}, status=status)
