"""Forms about mismatches: what an owner answers, what the province decides."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from danso.modules.sources.interface import Said


class SaidForm(forms.Form):
    """The proof one side names, and its words. Which of them is needed the action says."""

    evidence = forms.CharField(
        label=_("Căn cứ"),
        help_text=_("Số giấy tờ, quyết định, biên bản. Cần có khi nói bên mình đúng."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    words = forms.CharField(
        label=_("Giải thích"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def said(self) -> Said:
        """Once it is valid."""
        return Said(self.cleaned_data["words"], self.cleaned_data["evidence"])
