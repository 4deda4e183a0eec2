"""A helper module in a folder of its own."""

import re


def words_of(text):
    """The words of a text in small letters; none where there is no text."""
    return re.findall(r"[a-z]{2,}", text.lower()) if isinstance(text, str) else []
