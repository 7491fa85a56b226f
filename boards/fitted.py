"""The model of ``liquidgate fit``, written by ``python bench/fit.py --write``."""

COEFFICIENTS: dict[str, tuple[float, ...]] = {
    "ice40": (0.5938, 0.8742, 1.2218, 1.5762, 0.0, 0.0768, 0.0, 1.6147, 0.3104, 0.0),
    "ecp5": (0.6395, 1.0874, 0.0, 1.7217, 0.0, 0.5, 5.4075, 1.2, 1.5843, 0.0),
    "gowin": (0.6616, 1.0623, 0.034, 1.4321, 0.7381, 0.5, 6.0364, 1.2, 1.0, 0.0),
}
"""Cells of logic for one of each of ``fit.FEATURES``, by family."""
ERRORS: dict[str, dict[str, float]] = {
    "ice40": {"cfc": 0.19, "chain": 0.19, "esn": 0.19, "fluid": 0.19, "lsm": 0.4, "ltc": 0.19},
    "ecp5": {"cfc": 0.18, "chain": 0.13, "esn": 0.13, "fluid": 0.13, "lsm": 0.13, "ltc": 0.13},
    "gowin": {"cfc": 0.13, "chain": 0.13, "esn": 0.13, "fluid": 0.13, "lsm": 0.14, "ltc": 0.13},
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
        "hx8k": 4,
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
