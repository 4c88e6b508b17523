"""Routes of e-IDs. No address holds a number or a name."""

from django.urls import URLPattern, path

from danso.screens.eid import assisting, booking, enrolling, holder, police

app_name = "eid"

urlpatterns: list[URLPattern] = [
    path("", holder.own, name="own"),
    path("khoa/", holder.lock, name="lock"),
    path("phien/ket-thuc/", holder.end_session, name="session-end"),
    path("yeu-to/khoa/", holder.lock_factor, name="factor-lock"),
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
    path("hen/", booking.book, name="book"),
    path("cong-an/hen/", booking.received, name="appointments"),
    path("cong-an/hen/<uuid:key>/tiep/", booking.receive, name="appointment-receive"),
    path("cong-an/hen/<uuid:key>/huy/", booking.cancel, name="appointment-cancel"),
    path("quay/", assisting.desk, name="desk"),
    path("ho-tro/", assisting.begin, name="assist"),
    path("ho-tro/thoi/", assisting.end, name="assist-end"),
    path("ho-tro/mo-muc-1/", assisting.open_account, name="assist-open"),
    path("ho-tro/<uuid:key>/", assisting.person, name="assist-person"),
    path("ho-tro/<uuid:key>/ma/", assisting.code, name="assist-code"),
    path("ho-tro/<uuid:key>/phieu/", assisting.summary, name="assist-summary"),
    path("ho-tro/<uuid:key>/xac-nhan/", assisting.confirm, name="assist-confirm"),
]
