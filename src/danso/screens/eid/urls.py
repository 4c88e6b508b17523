"""Routes of e-IDs. No address holds a number or a name."""

from django.urls import URLPattern, path

from danso.screens.eid import enrolling, factors, holder, police, portals

app_name = "eid"

urlpatterns: list[URLPattern] = [
    path("", holder.own, name="own"),
    path("khoa/", holder.lock, name="lock"),
    path("phien/ket-thuc/", holder.end_session, name="session-end"),
    path("yeu-to/khoa/", holder.lock_factor, name="factor-lock"),
    path("thiet-bi/them/", factors.add_device, name="device-add"),
    path("thiet-bi/xac-nhan/", factors.give_device, name="device-give"),
    path("thiet-bi/khoa/", factors.lock_device, name="device-lock"),
    path("khuon-mat/", factors.face, name="face"),
    path("tai-khoan-cu/khong-phai/", holder.disown, name="portal-disown"),
    path("mat-khau-moi/", holder.new_password, name="new-password"),
    path("con/", holder.child, name="child"),
    path("dang-khoa/", enrolling.locked, name="locked"),
    path("dang-ky/", enrolling.start, name="start"),
    path("khoi-phuc/", enrolling.recover, name="recover"),
    path("buoc/so/", enrolling.number, name="number"),
    path("buoc/ten/", enrolling.name, name="name"),
    path("buoc/ngay-sinh/", enrolling.birth, name="birth"),
    path("buoc/dien-thoai/", enrolling.phone, name="phone"),
    path("buoc/ma/", enrolling.code, name="code"),
    path("buoc/mat-khau/", enrolling.password, name="password"),
    path("da-nhan/", enrolling.done, name="done"),
    path("cong-an/", police.begin, name="police"),
    path("cong-an/<uuid:key>/", police.counter, name="counter"),
    path("cong-an/<uuid:key>/dien-thoai/", police.phone, name="counter-phone"),
    path("cong-an/<uuid:key>/cap/", police.raise_level, name="counter-raise"),
    path("cong-an/<uuid:key>/trang-thai/", police.state, name="counter-state"),
    path("cong-an/<uuid:key>/khuon-mat/", police.face, name="counter-face"),
    path("cong-an/tai-khoan-cu/", portals.listed, name="portals"),
    path("cong-an/tai-khoan-cu/xlsx/", portals.sheet, name="portals-sheet"),
    path("cong-an/tai-khoan-cu/gui-lai/", portals.upload, name="portals-upload"),
    path("cong-an/tai-khoan-cu/<uuid:key>/", portals.one, name="portal"),
]
