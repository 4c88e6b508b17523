"""Every route of the pages. Screens are mounted here and nowhere else."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from danso.modules.signon.rest.views import metadata as sign_on_metadata

# Public paths are Vietnamese: people read them aloud to each other.
_SCREENS = {
    "": "front",
    "tai-khoan/": "account",
    "dinh-danh/": "eid",
    "cua-toi/": "citizen",
    "dich-vu/": "services",
    "vi-tri/": "posts",
    "lanh-dao/": "leadership",
    "doi-tac/": "partner",
    "du-lieu/": "steward",
    "van-hanh/": "operator",
    "kiem-tra/": "auditor",
    "bao-ve-du-lieu/": "protection",
    "mot-cua/": "desk",
    "sso/": "signon",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(f"danso.screens.{screen}.urls"))
    for prefix, screen in _SCREENS.items()
    if find_spec(f"danso.screens.{screen}") and find_spec(f"danso.screens.{screen}.urls")
]
urlpatterns.append(path("", include("danso.toolkit.html.urls")))
# The provider's machine endpoints stand beside its pages, below the issuer (RFC 8414 looks for a
# path's metadata at the host's root).
urlpatterns.append(path("sso/", include("danso.modules.signon.rest.urls")))
urlpatterns.append(path(".well-known/oauth-authorization-server/sso", sign_on_metadata))

handler400 = "danso.toolkit.html.errors.bad_request"
handler403 = "danso.toolkit.html.errors.forbidden"
handler404 = "danso.toolkit.html.errors.not_found"
handler500 = "danso.toolkit.html.errors.server_error"
