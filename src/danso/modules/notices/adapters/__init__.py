"""Ways out: an SMS gateway over HTTP, a mail server, and a demo home's shelf."""
