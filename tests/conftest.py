"""What all tests share: the examples that hypothesis tries are the same on every run; `make fuzz` tries others."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")
