"""Classification of sequences with any liquid, as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from liquidgate.train.arrays import Floats, table
from liquidgate.train.network import Network
from liquidgate.train.readout import fit_readout, one_hot, pooled


class Classifier(ClassifierMixin, Network):
    """Classifies sequences by their pooled scores.

    ``fit`` takes a list of (T_i, K) sequences and their labels. The ``warmup`` first steps of
    each sequence do not count.

    Attributes
    ----------
    classes_ : labels in the order of the readout's outputs; others as of ``Network``.
    """

    def fit(self, X: Sequence[Any], y: Sequence[Any]) -> Self:
        """Trains on sequences; returns self."""
        self.check()
        sequences = [table(s, f"X[{i}]") for i, s in enumerate(X)]
        if len(sequences) != len(y):
            raise ValueError(f"X and y must be equally many, not {len(sequences)} and {len(y)}")
        if not sequences:
            raise ValueError("X must hold at least one sequence")
        for i, s in enumerate(sequences):
            if s.shape[1] != sequences[0].shape[1]:
                raise ValueError(f"X[{i}] must have {sequences[0].shape[1]} columns, "
                                 f"not {s.shape[1]}")
        self.classes_, labels = np.unique(np.asarray(y), return_inverse=True)
        targets = one_hot(labels, len(self.classes_))
        self._prepare(np.vstack(sequences), targets)
        # sequences have no order in time: interleave the classes, so that each fold has them all
        order = np.argsort([np.sum(labels[:i] == c) for i, c in enumerate(labels)], kind="stable")
        self.readout_ = fit_readout(self.pooled_features(sequences)[order], targets[order],
                                    ridge=self.ridge, decision="argmax")
        return self

    def pooled_features(self, X: Sequence[Any]) -> Floats:
        """(S, F) what the readout sees of each sequence, pooled."""
        scaled = [self.scaled(table(s, f"X[{i}]")) for i, s in enumerate(X)]
        if not scaled:
            raise ValueError("X must hold at least one sequence")
        taps = self.reservoir_.run_many(scaled)
        return pooled([self.features(x, v) for x, v in zip(taps, scaled)],
                      self.warmup, self.pooling)

    def decision_function(self, X: Sequence[Any]) -> Floats:
        """(S, classes) pooled scores."""
        check_is_fitted(self, "readout_")
        return self.readout_.predict(self.pooled_features(X))

    def predict(self, X: Sequence[Any]) -> np.ndarray:
        """(S,) labels."""
        scores = self.decision_function(X)
        return np.asarray(self.classes_[scores.argmax(axis=1)])
