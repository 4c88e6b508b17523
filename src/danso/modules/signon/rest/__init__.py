"""The provider's machine endpoints under /sso/."""
