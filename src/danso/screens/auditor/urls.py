"""Routes of the auditor's and the guardian's pages."""

from django.urls import path

from danso.screens.auditor import complaints, emergencies, entries, unusual, withholding

app_name = "auditor"
urlpatterns = [
    path("", unusual.home, name="home"),
    path("nhat-ky/", entries.search, name="search"),
    path("nhat-ky/<int:position>/", entries.entry, name="entry"),
    path("can-bo/<uuid:key>/", entries.officer, name="officer"),
    path("bat-thuong/", unusual.listed, name="unusual"),
    path("bat-thuong/<int:look>/", unusual.one, name="unusual-one"),
    path("khieu-nai/", complaints.listed, name="complaints"),
    path("khieu-nai/<uuid:key>/", complaints.one, name="complaint"),
    path("khieu-nai/<uuid:key>/nhan/", complaints.take, name="complaint-take"),
    path("khieu-nai/<uuid:key>/hoi/", complaints.ask, name="complaint-ask"),
    path("khieu-nai/<uuid:key>/giai-trinh/", complaints.explain, name="complaint-explain"),
    path("khieu-nai/<uuid:key>/ket-luan/", complaints.decide, name="complaint-decide"),
    path("khan-cap/", emergencies.listed, name="emergencies"),
    path("khan-cap/<uuid:key>/", emergencies.one, name="emergency"),
    path("canh-bao/", unusual.alerts, name="alerts"),
    path("tam-an/", withholding.listed, name="withholding"),
    path("tam-an/moi/", withholding.propose, name="propose"),
    path("tam-an/<int:case>/", withholding.one, name="case"),
    path("tam-an/<int:case>/ky/", withholding.sign, name="sign"),
    path("tam-an/<int:case>/gia-han/", withholding.renew, name="renew"),
    path("tam-an/<int:case>/ket-thuc/", withholding.end, name="end"),
]
