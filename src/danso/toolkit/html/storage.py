"""Static files as tools/build_assets.py leaves them: names with hashes, no collectstatic."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class BuiltStaticFiles(ManifestStaticFilesStorage):
    """Names from the build's manifest; a name it does not know stays as it is.

    So a page renders, plain but whole, where assets were never built (tests, a bare checkout).
    """

    def stored_name(self, name: str) -> str:
        """The hashed name of a built file, else the name itself."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))
