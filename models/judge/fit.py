"""Fits the last step of the judge on what the network says of roles it was not trained on, and writes fit.toml.

usage: python fit.py ROWS.jsonl [ROWS.jsonl …] --out fit.toml
ROWS come from `hotseat bench judge --eval ANSWERS --network ONNX --rows ROWS.jsonl`.
"""

import argparse
import json
from itertools import product
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from train import auc

FEATURES = ["touched", "covered", "quote_touched", "quote_covered", "others"]
PRECISION = 0.75  # of the ticks, wanted at least
CLOSE = 0.1  # distance to a bound within which a verdict is called close


def kappa(given, label, classes):
    """Quadratic weighted kappa."""
    seen = np.zeros((classes, classes))
    np.add.at(seen, (given, label), 1)
    distance = (np.arange(classes)[:, None] - np.arange(classes)[None, :]) ** 2
    chance = np.outer(seen.sum(1), seen.sum(0)) / seen.sum()
    return 1 - (distance * seen).sum() / (distance * chance).sum()


def macro_f1(given, label):
    return np.mean([2 * ((given == k) & (label == k)).sum() / max(1, (given == k).sum() + (label == k).sum()) for k in range(3)])


def logistic(x, y, strength=0.3):
    """Weights and constant of a logistic fit. No weight is negative: more of what speaks for a point never speaks against it."""
    mean, spread = x.mean(0), np.maximum(x.std(0), 1e-6)
    z, sign = (x - mean) / spread, np.where(y, 1.0, -1.0)

    def loss(w):
        odds = sign * (z @ w[:-1] + w[-1])
        slope = -sign / (1 + np.exp(odds))
        value = np.logaddexp(0, -odds).sum() + (w[:-1] ** 2).sum() / (2 * strength)
        return value, np.append(z.T @ slope + w[:-1] / strength, slope.sum())

    start = np.zeros(x.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * x.shape[1] + [(None, None)])
    weights = found.x[:-1] / spread
    return weights, found.x[-1] - (weights * mean).sum()


def chance(x, fit):
    return 1 / (1 + np.exp(-(x @ fit[0] + fit[1])))


def out_of_role(x, y, roles):
    """Chances of each row by a fit that saw no row of its role."""
    p = np.zeros(len(y))
    for fold in range(5):
        held = roles % 5 == fold
        if held.any():
            p[held] = chance(x[held], logistic(x[~held], y[~held]))
    return p


def bounds(p_touched, p_covered, label):
    """The bounds of most agreement, of those where a tick is right often enough: a false one misleads more than one too few."""
    best = None
    for covered, touched in product(np.arange(0.3, 0.85, 0.02), np.arange(0.2, 0.85, 0.02)):
        given = np.where(p_covered >= covered, 2, np.where(p_touched >= touched, 1, 0))
        precision = (label[given == 2] == 2).mean() if (given == 2).any() else 0
        worth = macro_f1(given, label) + kappa(given, label, 3) - 10 * max(0, PRECISION - precision)
        if best is None or worth > best[0]:
            best = (worth, covered, touched, given)
    return best


def pitfall_bound(p, hit):
    """The bound of the best F0.5, which counts precision for more: nobody likes to be told of a mistake they did not make."""
    tried = []
    for bound in np.arange(0.1, 0.9, 0.02):
        given = p >= bound
        precision, recall = hit[given].mean() if given.any() else 0.0, given[hit].mean()
        tried.append((1.25 * precision * recall / max(1e-9, 0.25 * precision + recall), bound, precision, recall))
    return max(tried)[1:]


def band_rule(rows, given):
    """What partial points are worth, what pitfalls cost, and where to cut: of most agreement with the labelled bands."""
    answers = {}
    for row, verdict in zip(rows, given):
        answers.setdefault((row["id"], row["bank"]), []).append((row, verdict))
    band = np.array([all_[0][0]["band"] - 1 for all_ in answers.values()])
    best = None
    for partial, pitfall in product((0.3, 0.4, 0.5, 0.6), (0.0, 0.05, 0.1, 0.15)):
        score = []
        for all_ in answers.values():
            points = [(row["weight"], verdict) for row, verdict in all_ if not row["pitfall"]]
            worth = sum(w * (0, partial, 1)[v] for w, v in points) / sum(w for w, _ in points)
            score.append(worth - pitfall * sum(v == 2 for row, v in all_ if row["pitfall"]))
        score = np.array(score)
        cuts = [0.1, 0.3, 0.55, 0.75]
        for _ in range(3):
            for at in range(4):
                tried = []
                for value in np.arange(0.02, 0.96, 0.02):
                    candidate = cuts[:at] + [value] + cuts[at + 1 :]
                    if sorted(candidate) == candidate and len(set(candidate)) == 4:
                        given_band = np.searchsorted(candidate, score, side="right")
                        tried.append((kappa(given_band, band, 5), candidate))
                cuts = max(tried)[1]
        agreed = kappa(np.searchsorted(cuts, score, side="right"), band, 5)
        if best is None or agreed > best[0]:
            best = (agreed, partial, pitfall, cuts)
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="+")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    rows = [json.loads(line) for path in options.rows for line in Path(path).read_text().splitlines()]
    rows = [row for row in rows if row["standing"] == "attempt"]
    x = np.array([[row["features"][name] for name in FEATURES] for row in rows])
    label = np.array([row["label"] for row in rows])
    pitfall = np.array([row["pitfall"] for row in rows])
    names = sorted({Path(row["bank"]).stem for row in rows})
    role = np.array([names.index(Path(row["bank"]).stem) for row in rows])
    points = ~pitfall

    p_covered = out_of_role(x[points], label[points] == 2, role[points])
    p_touched = np.maximum(out_of_role(x[points], label[points] > 0, role[points]), p_covered)
    p_hit = out_of_role(x[pitfall], label[pitfall] == 2, role[pitfall])
    _, covered, touched, given_points = bounds(p_touched, p_covered, label[points])
    print(f"points: {points.sum()}, AUC covered {auc(p_covered, label[points] == 2):.3f}, at least partial {auc(p_touched, label[points] > 0):.3f}")
    print(f"the network alone: AUC covered {auc(x[points, 1], label[points] == 2):.3f}, at least partial {auc(x[points, 0], label[points] > 0):.3f}")
    print(f"ticks: precision {(label[points][given_points == 2] == 2).mean():.3f}, recall {(given_points[label[points] == 2] == 2).mean():.3f}")
    print(f"verdicts: macro F1 {macro_f1(given_points, label[points]):.3f}, kappa {kappa(given_points, label[points], 3):.3f}")
    hit, precision, recall = pitfall_bound(p_hit, label[pitfall] == 2)
    print(f"pitfalls: {(label[pitfall] == 2).sum()} hits, AUC {auc(p_hit, label[pitfall] == 2):.3f}, precision {precision:.3f}, recall {recall:.3f}")
    given = np.zeros(len(rows), int)
    given[points], given[pitfall] = given_points, np.where(p_hit >= hit, 2, 0)
    agreed, partial, cost, cuts = band_rule(rows, given)
    print(f"bands: kappa {agreed:.3f}")

    fits = {
        "touched": logistic(x[points], label[points] > 0),
        "covered": logistic(x[points], label[points] == 2),
        "pitfall": logistic(x[pitfall], label[pitfall] == 2),
    }
    lines = [f"# Made by fit.py from what the network says of roles that it was not trained on. The weights are those of {', '.join(FEATURES)}."]
    for name, (weights, constant) in fits.items():
        lines += [f"[{name}]", f"weights = [{', '.join(f'{w:.4f}' for w in weights)}]", f"constant = {constant:.4f}", ""]
    lines += ["[bounds]", f"covered = {covered:.2f}", f"touched = {touched:.2f}", f"pitfall = {hit:.2f}", f"close = {CLOSE}", ""]
    lines += ["[band]", f"partial = {partial}", f"pitfall = {cost}", f"cuts = [{', '.join(f'{c:.2f}' for c in cuts)}]", ""]
    Path(options.out).write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
