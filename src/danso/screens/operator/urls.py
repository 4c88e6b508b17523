"""Routes of the operator's pages."""

from django.urls import path

from danso.screens.operator import accounts, clients, messages, persons, state

app_name = "operator"
urlpatterns = [
    path("", state.home, name="home"),
    path("trang-thai/", state.live, name="live"),
    path("an-ninh/", state.security, name="security"),
    path("tin-nhan/", messages.listed, name="messages"),
    path("tin-nhan/<uuid:key>/gui-lai/", messages.again, name="message-again"),
    path("ung-dung/", clients.listed, name="clients"),
    path("ung-dung/moi/", clients.create, name="client-create"),
    path("ung-dung/<slug:code>/", clients.one, name="client"),
    path("ung-dung/<slug:code>/sua/", clients.change, name="client-change"),
    path("ung-dung/<slug:code>/ngung/", clients.disable, name="client-disable"),
    path("tai-khoan/", accounts.listed, name="accounts"),
    path("tai-khoan/moi/", accounts.create, name="account-create"),
    path("tai-khoan/dinh-danh/", persons.create, name="person-create"),
    path("tai-khoan/<uuid:key>/dinh-danh/", persons.hand_over, name="hand-over"),
    path("tai-khoan/<uuid:key>/dinh-danh/bo/", persons.take_back, name="take-back"),
    path("tai-khoan/<uuid:key>/", accounts.one, name="account"),
    path("tai-khoan/<uuid:key>/vi-tri/", accounts.grant, name="grant"),
    path("tai-khoan/<uuid:key>/vi-tri/<int:post>/ket-thuc/", accounts.revoke, name="revoke"),
    path("tai-khoan/<uuid:key>/ho-so/", accounts.hold, name="hold"),
    path("tai-khoan/<uuid:key>/ho-so/bo/", accounts.let_go, name="let-go"),
    path("tai-khoan/<uuid:key>/dat-lai/", accounts.reset, name="reset"),
    path("tai-khoan/<uuid:key>/dong/", accounts.close, name="close"),
]
