"""Property tests draw the same examples every time and are not timed: other work may share the machine."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
