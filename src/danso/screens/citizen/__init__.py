"""The citizen's own pages: what is held about me, who looked, what I can do about it."""
