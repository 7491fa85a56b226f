"""Daily prices of one share (IBM, 2000 to 2013): returns, and their volatility.

Nothing here beats the mean on daily returns: an NRMSE of 1 is the honest answer.
"""

from __future__ import annotations

import numpy as np

from liquidgate.train.data.dataset import DataSet, forecast, shares
from liquidgate.train.data.registry import number, package_csv, register


def _load(name: str, seed: int, *, ticker: str = "IBM") -> DataSet:
    rows = package_csv(name, "bokeh_sampledata", "_data", "stocks.csv.gz")
    # the adjusted price, so that a split of the share is no crash
    dated = sorted((r["Date"], number(r["Adj Close"])) for r in rows if r["Ticker"] == ticker)
    if not dated:
        known = ", ".join(sorted({r["Ticker"] for r in rows}))
        raise ValueError(f"ticker must be one of {known}, not {ticker!r}")
    returns = 100.0 * np.diff(np.log(np.array([price for _, price in dated])))
    if name == "market_returns":
        inputs, targets = forecast(returns)
        inner: tuple[str, ...] = ("return",)
        outer = ("return",)
    else:
        windows = np.lib.stride_tricks.sliding_window_view(returns, 5)
        volatility = np.sqrt((windows**2).mean(axis=1))
        both = np.stack([returns[4:], volatility], axis=1)
        inputs, targets = both[:-1].copy(), volatility[1:, None].copy()
        inner, outer = ("return", "volatility"), ("volatility",)
    return DataSet(
        name=name, title=f"{ticker} daily: {outer[0]}", inputs=inputs, targets=targets,
        split=shares(len(inputs)), washout=100, input_names=inner, target_names=outer,
        units=("percent", "percent"), step="1 trading day",
        licence="not stated by the package: read from it, never copied",
        source="file of bokeh_sampledata",
    )


register("market_returns")(_load)
register("market_volatility")(_load)
