"""The version of basalt, apart from the package itself: that leads to the SDK, and no lower room may."""

__version__ = "0.1.0"
