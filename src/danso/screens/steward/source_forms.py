"""The form by which a file is sent for a source."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.catalogue.shapes.sources import FileTransport, Source

ENDINGS: Final = {
    "csv": (".csv", ".txt"),
    "csv.gz": (".gz",),
    "jsonl": (".jsonl", ".json"),
}


class SourceFileForm(forms.Form):
    """A file as its owner keeps it: of the kinds that its source's description agrees to."""

    sheet = forms.FileField(
        label=_("Tệp dữ liệu"),
        error_messages={"required": _("Chọn tệp."), "empty": _("Tệp rỗng. Chọn tệp khác.")},
    )

    def __init__(self, *given: Any, source: Source, **options: Any) -> None:
        super().__init__(*given, **options)
        formats = source.transport.formats if isinstance(source.transport, FileTransport) else ()
        kinds = gettext(" hoặc ").join(kind.upper() for kind in formats)
        own = self.fields["sheet"]
        own.help_text = gettext(
            "%(kinds)s, tối đa 1 GB. Tệp được kiểm tra trước; chưa có gì được nạp cho đến khi "
            "bạn xác nhận."
        ) % {"kinds": kinds}
        endings = [end for kind in formats for end in ENDINGS.get(kind, (f".{kind}",))]
        own.widget = forms.FileInput(attrs={"accept": ",".join(endings)})
