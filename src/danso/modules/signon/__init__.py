"""Signing in once for every portal and partner: the OpenID Connect provider. See README.md."""
