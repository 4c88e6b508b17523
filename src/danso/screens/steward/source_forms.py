"""The form by which a file is sent for a source."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SourceFileForm(forms.Form):
    """A file as its owner keeps it."""

    sheet = forms.FileField(
        label=_("Tệp dữ liệu"),
        help_text=_(
            "XLSX, CSV, XML, JSONL, Parquet hoặc DBF, tối đa 1 GB. Tệp được kiểm tra trước; "
            "chưa có gì được nạp cho đến khi bạn xác nhận."
        ),
        error_messages={"required": _("Chọn tệp."), "empty": _("Tệp rỗng. Chọn tệp khác.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.xml,.jsonl,.json,.parquet,.dbf"}),
    )
