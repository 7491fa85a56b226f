"""The bench builds where nothing is called ``python``."""

import re
from pathlib import Path

from liquidgate.tb.build import environment


def test_make_is_told_a_python_that_is_there() -> None:
    found = re.search(r"PYTHON3=(.*)", environment()["MAKEFLAGS"])
    assert found is not None and Path(found[1].replace("\\ ", " ")).exists()
