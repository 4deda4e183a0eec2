"""Modelsmith: a self-hosted platform for custom modeling."""

__version__ = "0.1.0"
