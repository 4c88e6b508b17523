"""Officers' accounts, their posts (role within a scope) and their sign-in. See README.md."""
