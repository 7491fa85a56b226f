"""The model of ``liquidgate fit``, written by ``python bench/fit.py --write``."""

COEFFICIENTS: dict[str, tuple[float, ...]] = {
    "ice40": (0.605, 0.8752, 1.1833, 1.4532, 0.0, 0.0453, 0.0, 1.6063, 0.1627, 0.0),
    "ecp5": (0.6448, 1.1727, 0.0, 1.2502, 0.0, 0.5, 5.7925, 1.2, 0.0, 0.0),
    "gowin": (0.6467, 0.9916, 0.0, 1.5257, 0.9698, 0.5, 5.4782, 1.2, 1.0, 0.0),
}
"""Cells of logic for one of each of ``fit.FEATURES``, by family."""
ERRORS: dict[str, dict[str, float]] = {
    "ice40": {"cfc": 0.18, "chain": 0.18, "esn": 0.18, "fluid": 0.18, "lsm": 0.36, "ltc": 0.18},
    "ecp5": {"cfc": 0.26, "chain": 0.11, "esn": 0.11, "fluid": 0.11, "lsm": 0.11, "ltc": 0.11},
    "gowin": {"cfc": 0.2, "chain": 0.2, "esn": 0.2, "fluid": 0.2, "lsm": 0.2, "ltc": 0.2},
}
"""Largest relative error of designs that a model had not seen, by family, liquid."""
LARGEST: dict[int, dict[str, int]] = {
    1: {
        "icebreaker": 248,
        "upduino": 248,
        "hx8k": 248,
        "ulx3s-25f": 1984,
        "ulx3s-85f": 3968,
        "orangecrab": 1984,
        "ecpix5": 3968,
        "colorlight-i5": 1984,
        "colorlight-i9": 3968,
        "tangnano9k": 992,
        "tangnano20k": 1856,
    },
    2: {
        "icebreaker": 232,
        "upduino": 232,
        "hx8k": 248,
        "ulx3s-25f": 1984,
        "ulx3s-85f": 3968,
        "orangecrab": 1984,
        "ecpix5": 3968,
        "colorlight-i5": 1984,
        "colorlight-i9": 3968,
        "tangnano9k": 928,
        "tangnano20k": 1536,
    },
    4: {
        "icebreaker": 184,
        "upduino": 184,
        "hx8k": 248,
        "ulx3s-25f": 1664,
        "ulx3s-85f": 3968,
        "orangecrab": 1664,
        "ecpix5": 3968,
        "colorlight-i5": 1664,
        "colorlight-i9": 3328,
        "tangnano9k": 512,
        "tangnano20k": 1024,
    },
    8: {
        "icebreaker": 124,
        "upduino": 124,
        "hx8k": 6,
        "ulx3s-25f": 992,
        "ulx3s-85f": 3968,
        "orangecrab": 992,
        "ecpix5": 3968,
        "colorlight-i5": 992,
        "colorlight-i9": 1984,
        "tangnano9k": 496,
        "tangnano20k": 992,
    },
}
"""Neurons of the largest echo state network, by lanes and board (within 4 %)."""
