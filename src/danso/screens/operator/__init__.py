"""The operator's pages: which link is down, what waits, who may sign in. No person is shown."""
