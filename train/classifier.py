"""The echo state network as a scikit-learn classifier of sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from liquidgate.train.esn import Floats
from liquidgate.train.network import Network, table
from liquidgate.train.readout import fit_readout, one_hot, sequence_means


class ESNClassifier(ClassifierMixin, Network):
    """An echo state network that classifies sequences by the mean of their scores.

    Parameters as of ``ESN`` (no feedback); ``fit`` takes a list of (T_i, K) sequences and their
    labels. The ``warmup`` first steps of each sequence do not count.

    Attributes
    ----------
    classes_ : labels in the order of the readout's outputs; others as of ``ESN``.
    """

    decision = "argmax"

    def fit(self, X: Sequence[Any], y: Sequence[Any]) -> ESNClassifier:
        """Trains on sequences; returns self."""
        if self.feedback:
            raise ValueError("feedback must be False: a classifier has no outputs to feed back")
        self._check_warmup()
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
        self.readout_ = fit_readout(self.mean_features(sequences)[order], targets[order],
                                    ridge=self.ridge, decision="argmax")
        return self

    def mean_features(self, X: Sequence[Any]) -> Floats:
        """(S, F) mean of what the readout sees of each sequence."""
        scaled = [self.scaled(table(s, f"X[{i}]")) for i, s in enumerate(X)]
        if not scaled:
            raise ValueError("X must hold at least one sequence")
        states = self.reservoir_.run_many(scaled)
        return sequence_means([self.features(x, v)[min(self.warmup, len(x) - 1):]
                               for x, v in zip(states, scaled)])

    def decision_function(self, X: Sequence[Any]) -> Floats:
        """(S, classes) mean scores."""
        check_is_fitted(self, "readout_")
        return self.readout_.predict(self.mean_features(X))

    def predict(self, X: Sequence[Any]) -> np.ndarray:
        """(S,) labels."""
        scores = self.decision_function(X)
        return np.asarray(self.classes_[scores.argmax(axis=1)])
