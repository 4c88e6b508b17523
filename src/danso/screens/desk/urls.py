"""Routes of the one-stop desk. No address holds a number, a name or a file code."""

from django.urls import URLPattern, path

from danso.screens.desk import acting, case, intake, papers, printed, queue

app_name = "desk"

urlpatterns: list[URLPattern] = [
    path("", queue.queue, name="queue"),
    path("so-luong/", queue.counts, name="counts"),
    path("ho-so/<uuid:key>/", case.show, name="case"),
    path("ho-so/<uuid:key>/buoc/<slug:step>/", acting.act, name="step"),
    path("ho-so/<uuid:key>/giay/<uuid:paper>/", papers.open_paper, name="paper"),
    path("ho-so/<uuid:key>/giay/<uuid:paper>/kiem-tra/", papers.check, name="paper-check"),
    path("ho-so/<uuid:key>/in/<slug:form>/", printed.printed, name="printed"),
    path("tiep-nhan/", intake.who, name="intake"),
    path("tiep-nhan/dich-vu/", intake.what, name="intake-service"),
    path("tiep-nhan/don/<uuid:key>/", intake.fill, name="intake-fill"),
    path("tiep-nhan/don/<uuid:key>/bo/", intake.drop, name="intake-drop"),
    path("tiep-nhan/xong/<uuid:key>/", intake.done, name="intake-done"),
]
