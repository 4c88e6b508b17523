"""The gallery: every macro on one page, to look at and to test. Answers in demo homes only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danso.kernel import clock
from danso.toolkit.html.charts import Area, AreaMap, Chart, Series
from danso.toolkit.html.chrome import Link, TreeHead
from danso.toolkit.html.date_parts import PartialDateField
from danso.toolkit.html.lists import Pages, Sorting
from danso.toolkit.permission import public
from danso.toolkit.platform import platform

SIGNED: Final = datetime(2026, 11, 23, 7, 5, 9, tzinfo=UTC)


def demo_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Not there in a real home."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not platform().is_demo:
            raise Http404
        return view(request, *args, **kwargs)

    return shown


class SampleForm(forms.Form):
    """One field of each kind."""

    full_name = forms.CharField(
        label=gettext_lazy("Họ và tên"), help_text=gettext_lazy("Như trên giấy khai sinh.")
    )
    born = PartialDateField(
        label=gettext_lazy("Ngày sinh"),
        help_text=gettext_lazy("Chỉ biết năm thì để trống ngày và tháng."),
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Giới tính"),
        choices=[("1", gettext_lazy("Nam")), ("2", gettext_lazy("Nữ"))],
        widget=forms.RadioSelect,
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Đơn vị"),
        choices=[("", gettext_lazy("Chọn đơn vị")), ("a", "Phường Trà"), ("b", "Xã Bánh")],
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("Trường dữ liệu"),
        choices=[("name", gettext_lazy("Họ và tên")), ("born", gettext_lazy("Ngày sinh"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    count = forms.IntegerField(label=gettext_lazy("Số lượng"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Lý do"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    secret = forms.CharField(label=gettext_lazy("Mật khẩu"), widget=forms.PasswordInput)
    paper = forms.FileField(label=gettext_lazy("Tệp kèm theo"), required=False)
    agree = forms.BooleanField(label=gettext_lazy("Tôi đã đọc và đồng ý"))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the sample table."""

    name: str
    number: str
    born: date
    visits: int
    state: str
    tone: str


ROWS: Final = [
    Row("Nguyễn Thị Ánh Tuyết", "099300012345", date(2000, 3, 21), 1234, "Khớp", "good"),
    Row("Lê Văn Đễ", "099065004321", date(1965, 1, 1), 87, "Chờ xác minh", "warn"),
    Row("Trịnh Ngọc Ước", "099081000777", date(1981, 12, 9), 5, "Sai lệch", "bad"),
    Row("Phạm Thị Quỳnh Hương", "099195008888", date(1995, 7, 30), 312, "Đang xử lý", "calm"),
    Row("Hà Văn Bường", "099048009999", date(1948, 5, 2), 0, "Đã hủy", "mute"),
]


def _charts() -> dict[str, Any]:
    hours = [f"{hour}:00" for hour in range(7, 17)]
    line = Chart(
        id="per-minute",
        title=_("Lượt xác thực mỗi phút"),
        kind="line",
        labels=hours,
        series=[
            Series(_("Khớp"), [820, 932, 1290, 1330, 640, 580, 1120, 1430, 1510, 980]),
            Series(_("Không khớp"), [62, 70, 91, 88, 40, None, 82, 97, 104, 61]),
        ],
        note=_("Số liệu giả lập, ngày 23/11/2026."),
        label_head=_("Giờ"),
    )
    bars = Chart(
        id="by-unit",
        title=_("Tỷ lệ có thẻ căn cước theo đơn vị"),
        kind="bar",
        labels=["Phường Trà", "Xã Bánh", "Xã Mứt", "Xã Chè"],
        series=[Series(_("Tỷ lệ"), [97.4, 93.1, 88.0, 71.25])],
        unit="%",
        target=95,
        places=1,
        label_head=_("Đơn vị"),
    )
    ring = Chart(
        id="answers",
        title=_("Kết quả trả lời"),
        kind="ring",
        labels=["Khớp", "Không khớp", "Không tìm thấy"],
        series=[Series("Lượt", [9120, 640, 211])],
    )
    none = Chart(id="none", title=_("Chưa đo"), kind="line", labels=[], series=[])
    return {"line": line, "bars": bars, "ring": ring, "none": none}


def _moving() -> Chart:
    """A chart within the live part: its canvas stays, its last column moves."""
    second = clock.now().second
    return Chart(
        id="moving",
        title=_("Lượt xác thực trong phút này"),
        kind="column",
        labels=[f"{minute}'" for minute in range(-9, 1)],
        series=[Series(_("Lượt"), [*(800 + 37 * n for n in range(9)), second * 20])],
        label_head=_("Phút"),
    )


def _map() -> AreaMap:
    areas = [
        Area(f"A{x}{y}", f"Xã số {x * 3 + y + 1}", None if (x, y) == (2, 2) else 1000 * (x + 3 * y))
        for x in range(3)
        for y in range(3)
    ]
    return AreaMap(
        id="map",
        title=_("Số người theo đơn vị"),
        shapes=reverse("html:gallery-shapes"),
        areas=areas,
        value_head=_("Số người"),
    )


@public
@demo_only
def gallery(request: HttpRequest) -> HttpResponse:
    """Every macro once. `?variant=citizen` shows the other layout; POST shows the form's errors."""
    citizen = request.GET.get("variant") == "citizen"
    form = SampleForm(request.POST or None)
    if form.is_bound:
        form.is_valid()
    context = {
        "layout": "danso/citizen.html" if citizen else "danso/officer.html",
        "form": form,
        "rows": ROWS,
        "sorting": Sorting.of(request, ["name", "born", "visits"], "name"),
        "pages": Pages.of(request, total=12345),
        "charts": _charts(),
        "map": _map(),
        "moving": _moving(),
        "now": clock.now(),
        "navigation": [
            Link(_("Tổng quan"), "/gallery", current=True),
            Link(_("Tra cứu"), "#tra-cuu"),
            Link(_("Sai lệch"), "#sai-lech"),
        ],
        "head": TreeHead(3_690_412, "9f2c41d07ab85e13" * 4, SIGNED),
    }
    return render(request, "danso/gallery.html", context)


@public
@demo_only
def gallery_live(request: HttpRequest) -> HttpResponse:
    """The fragment that the live part asks for."""
    return render(request, "danso/gallery_live.html", {"now": clock.now(), "moving": _moving()})
