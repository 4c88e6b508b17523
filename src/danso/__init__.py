"""danso: the platform with which one province carries out Project 06."""

__version__ = "0.1.0"
