"""What all tests of the float side share."""

import re

import pytest


@pytest.fixture
def says():
    """``with says(message):`` the body must raise a ValueError (or ``kind``) of this whole line."""
    def expect(message, kind=ValueError):
        assert "\n" not in message
        return pytest.raises(kind, match=rf"\A{re.escape(message)}\Z")
    return expect
