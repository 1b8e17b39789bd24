"""Fits the last step of the filler finder on labelled recordings, and writes fit.toml.

usage: python fit.py ROWS.jsonl --out fit.toml
ROWS come from `hotseat bench delivery --rows ROWS.jsonl`. What is stated of precision and recall is measured on recordings
that were left out of the fit, one at a time; sound that Hotseat's own voices made is learned from, at a quarter of the
weight, and never measured on.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

FEATURES = [
    "length_s", "pitch_spread", "level_spread", "change", "centre_khz",
    "periodicity", "silence_s", "unexplained_s", "first", "again",
]
# 1: more of it speaks for a filler, -1: against it, 0: either. With so few fillers a fit must not learn chance.
SIGNS = [1, -1, -1, -1, 0, 1, 1, 1, 1, 1]
MADE = 0.25  # weight of a row of our own voices
STRENGTH = 1.0  # of the weights' freedom, in standard deviations of a feature


def logistic(x, y, weight):
    mean, spread = x.mean(0), np.maximum(x.std(0), 1e-3)
    z, sign = (x - mean) / spread, np.where(y, 1.0, -1.0)

    def loss(w):
        odds = sign * (z @ w[:-1] + w[-1])
        slope = -sign * weight / (1 + np.exp(odds))
        value = (weight * np.logaddexp(0, -odds)).sum() + (w[:-1] ** 2).sum() / (2 * STRENGTH)
        return value, np.append(z.T @ slope + w[:-1] / STRENGTH, slope.sum())

    bounds = [{1: (0, None), -1: (None, 0), 0: (None, None)}[sign] for sign in SIGNS] + [(None, None)]
    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = found.x[:-1] / spread
    return weights, found.x[-1] - (weights * mean).sum()


def chance(x, fit):
    return 1 / (1 + np.exp(-(x @ fit[0] + fit[1])))


def events(rows, p, bound):
    """Right and wrong of one recording, as the program decides: of two that overlap the likelier."""
    kept = []
    for at in sorted(range(len(rows)), key=lambda at: -p[at]):
        row = rows[at]
        if p[at] >= bound and all(row["end_ms"] <= o["start_ms"] or row["start_ms"] >= o["end_ms"] for o in kept):
            kept.append(row)
    right = {row["filler"] for row in kept if row["filler"] is not None}
    return len(right), len(kept) - len(right)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("rows", type=Path)
    arguments.add_argument("--out", type=Path, required=True)
    arguments = arguments.parse_args()
    rows = [json.loads(line) for line in arguments.rows.read_text().splitlines()]
    x = np.array([[row[name] for name in FEATURES] for row in rows])
    y = np.array([row["filler"] is not None for row in rows])
    weight = np.where([row["made"] for row in rows], MADE, 1.0)
    clips = defaultdict(list)
    for at, row in enumerate(rows):
        clips[row["clip"]].append(at)
    p = np.zeros(len(rows))
    for clip, held in clips.items():
        left = np.setdiff1d(np.arange(len(rows)), held)
        p[held] = chance(x[held], logistic(x[left], y[left], weight[left]))
    real = {clip: held for clip, held in clips.items() if not rows[held[0]]["made"]}
    total = sum(rows[held[0]]["fillers"] for held in real.values())

    def figures(bound):
        pairs = [events([rows[at] for at in held], p[held], bound) for held in real.values()]
        right, wrong = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
        return right, wrong, 2 * right / max(1, 2 * right + wrong + total - right)

    for bound in np.arange(0.2, 0.85, 0.05):
        right, wrong, f1 = figures(bound)
        print(f"bound {bound:.2f}: right {right} of {total}, wrong {wrong}, F1 {f1:.3f}")
    bound = 0.5
    right, wrong, f1 = figures(bound)
    # One more wrong and one more missed than were seen: so few events do not make anybody perfect.
    precision, recall = right / (right + wrong + 1), right / (total + 1)
    fit = logistic(x, y, weight)
    for name, value in zip(FEATURES, fit[0]):
        print(f"{name:>14} {value:+.3f}")
    arguments.out.write_text(
        f"# Made by fit.py. The weights are those of {', '.join(FEATURES)}.\n"
        f"weights = [{', '.join(f'{value:.4f}' for value in fit[0])}]\n"
        f"constant = {fit[1]:.4f}\nbound = {bound}\n\n"
        "# On recordings left out of the fit, with one error of each kind more than was seen.\n"
        f"[measured]\nprecision = {precision:.2f}\nrecall = {recall:.2f}\nevents = {total}\n"
    )


if __name__ == "__main__":
    main()
