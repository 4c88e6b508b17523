"""Routes of the stewards' and police's screens. A person is named by key and nothing else."""

from django.urls import path

from danso.screens.steward.views import (
    acts,
    cards,
    corrections,
    files,
    home,
    people,
    quality,
    worklists,
)

app_name = "steward"
urlpatterns = [
    path("", home.home, name="home"),
    path("muc-dich/", home.purpose, name="purpose"),
    path("tra-cuu/", people.search, name="search"),
    path("nguoi/<uuid:key>/", people.person, name="person"),
    path("nguoi/<uuid:key>/bao-sai/", acts.choose, name="choose"),
    path("nguoi/<uuid:key>/bao-sai/<slug:field>/", acts.report, name="report"),
    path("nguoi/<uuid:key>/danh-dau/<slug:field>/", acts.flag, name="flag"),
    path("nguoi/<uuid:key>/chuyen-noi-o/", acts.move, name="move"),
    path("nguoi/<uuid:key>/da-mat/", acts.death, name="death"),
    path("sai-lech/", corrections.listed, name="corrections"),
    path("sai-lech/<uuid:key>/", corrections.one, name="correction"),
    path("sai-lech/<uuid:key>/rut/", corrections.withdraw, name="withdraw"),
    path("the/", cards.counts, name="cards"),
    path("the/<slug:commune>/", cards.people, name="cards-people"),
    path("the/<slug:commune>/xlsx", cards.sheet, name="cards-sheet"),
    path("chat-luong/", quality.counts, name="quality"),
    path("chat-luong/<slug:commune>/", quality.commune, name="quality-commune"),
    path("chat-luong/<slug:commune>/<slug:measure>/", quality.people, name="quality-people"),
    path("tep/", files.imports, name="imports"),
    path("cach-ly/", files.quarantine, name="quarantine"),
    path("cach-ly/<uuid:key>/", files.row, name="quarantined"),
    path("danh-sach/", worklists.listed, name="worklists"),
    path("danh-sach/<slug:commune>/<slug:measure>/lap", worklists.make, name="worklist-make"),
    path("danh-sach/gui-lai/", worklists.upload, name="worklist-upload"),
    path("danh-sach/ket-qua/", worklists.result, name="worklist-result"),
    path("danh-sach/<uuid:key>/", worklists.one, name="worklist"),
    path("danh-sach/<uuid:key>/xlsx", worklists.sheet, name="worklist-sheet"),
]
