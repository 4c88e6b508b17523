"""Routes of the partner screen."""

from django.urls import path

from danso.screens.partner import agreements, issuing, partners, subscribing, trial, usage

app_name = "partner"
urlpatterns = [
    path("", partners.home, name="home"),
    path("moi/", partners.create, name="create"),
    path("loi/", usage.errors, name="errors"),
    path("don-vi/<str:code>/", partners.one, name="one"),
    path("don-vi/<str:code>/dong/", partners.close, name="close"),
    path("don-vi/<str:code>/khoa/them/", partners.add_key, name="key-add"),
    path("don-vi/<str:code>/khoa/<str:kid>/thu-hoi/", partners.revoke_key, name="key-revoke"),
    path("don-vi/<str:code>/thoa-thuan/moi/", issuing.purpose, name="issue"),
    path(
        "don-vi/<str:code>/thoa-thuan/moi/<str:purpose_code>/",
        issuing.service,
        name="issue-service",
    ),
    path(
        "don-vi/<str:code>/thoa-thuan/moi/<str:purpose_code>/<str:service_code>/",
        issuing.terms,
        name="issue-terms",
    ),
    path(
        "don-vi/<str:code>/nguon/<str:source_code>/",
        subscribing.subscription,
        name="subscription",
    ),
    path("don-vi/<str:code>/thu/", trial.trial, name="trial"),
    path("don-vi/<str:code>/luot-goi/", usage.usage, name="usage"),
    path("thoa-thuan/<str:number>/", agreements.one, name="agreement"),
    path("thoa-thuan/<str:number>/thu-hoi/", agreements.revoke, name="agreement-revoke"),
]
