"""Routes of the machine endpoints, below the issuer."""

from django.urls import path

from danso.modules.signon.rest import views

app_name = "sso"
urlpatterns = [
    path(".well-known/openid-configuration", views.metadata, name="discovery"),
    path(".well-known/oauth-authorization-server", views.metadata, name="server"),
    path("jwks", views.keys, name="keys"),
    path("par", views.push, name="push"),
    path("token", views.token, name="token"),
    path("userinfo", views.userinfo, name="userinfo"),
    path("revoke", views.revoke, name="revoke"),
    path("introspect", views.introspect, name="introspect"),
    path("het-phien/<slug:code>", views.end_from_upstream, name="end-from-upstream"),
]
