"""The model of ``liquidgate fit``, written by ``python bench/fit.py --write``."""

COEFFICIENTS: dict[str, tuple[float, ...]] = {
    "ice40": (0.6195, 0.9511, 1.1819, 1.0068, 0.2465, 3.2119, 0.0, 1.5823, 0.0, 0.0),
    "ecp5": (0.5617, 1.1014, 0.1247, 1.4209, 1.2133, 0.5, 5.3292, 1.2, 0.0, 0.0),
    "gowin": (0.6685, 1.0924, 0.0767, 1.2873, 1.0189, 0.5, 4.3571, 1.2, 1.0, 0.0),
}
"""Cells of logic for one of each of ``fit.FEATURES``, by family."""
ERRORS: dict[str, dict[str, float]] = {
    "ice40": {"cfc": 0.14, "chain": 0.14, "esn": 0.14, "fluid": 0.14, "lsm": 0.29, "ltc": 0.14},
    "ecp5": {"cfc": 0.1, "chain": 0.1, "esn": 0.1, "fluid": 0.1, "lsm": 0.1, "ltc": 0.1},
    "gowin": {"cfc": 0.13, "chain": 0.13, "esn": 0.13, "fluid": 0.13, "lsm": 0.13, "ltc": 0.13},
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
        "hx8k": 0,
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
