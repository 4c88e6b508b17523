"""Connected databases and the road back: corrections that mend themselves, worklists."""
