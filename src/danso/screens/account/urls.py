"""Routes of signing in and the officer's own page.

allauth reverses its own names, so every view it knows stands twice: as `account:...` for our pages
and under allauth's name. Both lead to the same path and the same declared view.
"""

from django.urls import URLPattern, URLResolver, include, path

from danso.screens.account import emergency, factors, views

named: list[URLPattern] = [
    path("", views.own, name="own"),
    path("dang-nhap/", views.sign_in, name="sign-in"),
    path("dang-nhap/ma/", views.code, name="code"),
    path("dang-nhap/khoa/", views.passkey_sign_in, name="passkey-sign-in"),
    path("dang-xuat/", views.sign_out, name="sign-out"),
    path("da-dong/", views.inactive, name="closed"),
    path("khan-cap/", emergency.enter, name="emergency"),
    path("het-han/", emergency.lapsed, name="lapsed"),
    path("bang-dinh-danh/", emergency.persons, name="persons"),
    path("mat-khau/", views.password, name="password"),
    path("xac-nhan/", views.password_again, name="again"),
    path("xac-nhan/ma/", views.code_again, name="again-code"),
    path("xac-nhan/khoa/", views.passkey_again, name="again-passkey"),
    path("yeu-to/", factors.factors, name="factors"),
    path("yeu-to/ma/them/", factors.codes_add, name="codes-add"),
    path("yeu-to/ma/bo/", factors.codes_remove, name="codes-remove"),
    path("yeu-to/khoa/them/", factors.passkey_add, name="passkey-add"),
    path("yeu-to/khoa/<int:pk>/bo/", factors.passkey_remove, name="passkey-remove"),
    path("yeu-to/du-phong/", factors.recovery, name="recovery"),
    path("yeu-to/du-phong/moi/", factors.recovery_new, name="recovery-new"),
]

ALLAUTH_NAMES = {
    "sign-in": "account_login",
    "code": "mfa_authenticate",
    "passkey-sign-in": "mfa_login_webauthn",
    "sign-out": "account_logout",
    "closed": "account_inactive",
    "password": "account_change_password",
    "again": "account_reauthenticate",
    "again-code": "mfa_reauthenticate",
    "again-passkey": "mfa_reauthenticate_webauthn",
    "factors": "mfa_index",
    "codes-add": "mfa_activate_totp",
    "codes-remove": "mfa_deactivate_totp",
    "passkey-add": "mfa_add_webauthn",
    "passkey-remove": "mfa_remove_webauthn",
    "recovery": "mfa_view_recovery_codes",
    "recovery-new": "mfa_generate_recovery_codes",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((named, "account"))),
    *(
        path(str(route.pattern), route.callback, name=ALLAUTH_NAMES[route.name])
        for route in named
        if route.name in ALLAUTH_NAMES
    ),
    # allauth's list of passkeys is our list of all factors.
    path("yeu-to/", factors.factors, name="mfa_list_webauthn"),
]
