"""Signing in with a live session: danso beside django-oauth-toolkit and oidc-provider, passkeys."""
