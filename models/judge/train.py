"""Trains the judge on the labelled answers in data/. See README.md for the commands and what they take.

usage: python train.py --base BASE --out OUT.pt [--roles ALL|MOST|EVEN|ODD] [--epochs N] [--seed N] [--plain] [--eval DIR]
"""

import argparse
import copy
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from augment import ALL, NONE, augment
from encode import Encoder, batches, pad
from labels import SETS, mistakes, read_answers, read_banks, roles, whole
from network import load_base

RANKING_SHARE = 0.7  # of the loss
EVIDENCE_SHARE = 0.3  # of the loss
SMOOTH = 0.03
AVERAGE = 0.996  # of the parameters over the last few hundred steps
HEADS = ("point", "sharp", "mix", "verdict")
COLD = ("words", "positions", "layers.0", "layers.1")  # what stays as it is


def auc(score, positive):
    """Area under the curve; ties count half."""
    score, positive = np.asarray(score, float), np.asarray(positive, bool)
    values, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    p, n = positive.sum(), (~positive).sum()
    return (rank[positive].sum() - p * (p + 1) / 2) / max(1, p * n)


def loss(net, batch):
    ids, positions, parts, marks, marked, target, weight, there = pad(batch)
    z, evidence = net(ids, positions, parts, there.shape[1])
    soft = target * (1 - 2 * SMOOTH) + SMOOTH
    verdict = F.binary_cross_entropy_with_logits(z, soft, reduction="none").mean(-1)
    pointing = F.binary_cross_entropy_with_logits(evidence, marks, reduction="none") * marked
    pointing = pointing.sum(-1) / marked.sum(-1).clamp(min=1)
    value = ((verdict + EVIDENCE_SHARE * pointing) * weight).sum() / weight.sum()
    return value + RANKING_SHARE * ranking(z, target, weight, there)


def ranking(z, target, weight, there):
    """Within one text, what is made must stand above what is missing: how good the answer is as a whole decides nothing."""
    missing, total, count = (1 - target[..., 0]) * there, 0.0, 1e-6
    for column in (0, 1):
        pairs = (target[..., column] * weight)[:, :, None] * missing[:, None, :]
        total = total + (F.softplus(z[:, None, :, column] - z[:, :, None, column]) * pairs).sum()
        count = count + pairs.sum()
    return total / count


@torch.no_grad()
def report(net, encode, answers, name):
    """Prints how well points and pitfalls are told, and how often a covered point stands above a missing one of its answer."""
    net.eval()
    score, label, hits, wins = [], [], [], []
    for answer in answers:
        points, pitfalls = whole(answer), list(mistakes(answer))
        ids, positions, parts, *_ = pad([encode(points + pitfalls)])
        z = net(ids, positions, parts, len(points) + len(pitfalls))[0][0].numpy()
        score += list(z[: len(points)])
        label += [pair.label for pair in points]
        hits += [(z[len(points) + i, 1], pair.label > 0) for i, pair in enumerate(pitfalls)]
        of = lambda wanted: [z[i, 1] for i, pair in enumerate(points) if pair.label == wanted]
        wins += [made > missing for made in of(2) for missing in of(0)]
    score, label = np.array(score), np.array(label)
    print(
        f"{name}: {len(label)} points, AUC covered {auc(score[:, 1], label == 2):.3f}, at least partial {auc(score[:, 0], label > 0):.3f}, "
        f"within an answer {np.mean(wins):.3f}; pitfalls {auc(*zip(*hits)):.3f}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True, help="folder with model.safetensors and tokenizer.json of all-mpnet-base-v2")
    parser.add_argument("--vocabulary", required=True, help="tokenizer.json of all-MiniLM-L6-v2")
    parser.add_argument("--out", required=True)
    parser.add_argument("--roles", default="ALL", choices=["ALL", "MOST", "EVEN", "ODD"])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=6e-5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--plain", action="store_true", help="no augmentation")
    parser.add_argument("--eval", help="a folder with bank.toml and answers.jsonl, to watch and not to learn from")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)

    rng = random.Random(options.seed)
    torch.manual_seed(options.seed)
    banks = read_banks(SETS)
    answers = [answer for folder in SETS for answer in read_answers(folder, banks)]
    mine = roles(banks, options.roles)
    train = [answer for answer in answers if answer.role in mine]
    held = [answer for answer in answers if answer.role not in mine]
    watched = {"other roles": held} if held else {}
    if options.eval:
        watched["development set"] = read_answers(options.eval, read_banks([options.eval]))
    rates, encode = NONE if options.plain else ALL, Encoder(options.vocabulary)
    epochs = [batches([encode(group) for group in augment(train, banks, rng, rates)], rng) for _ in range(options.epochs)]
    steps = sum(map(len, epochs))
    print(f"{len(train)} answers of {len(mine)} roles, {steps} steps", flush=True)

    net = load_base(options.base)
    for name, parameter in net.named_parameters():
        parameter.requires_grad = not name.startswith(tuple(f"{cold}." for cold in COLD))
    warm = [(name.split(".")[0] in HEADS, p) for name, p in net.named_parameters() if p.requires_grad]
    body, heads = ([p for is_head, p in warm if is_head == wanted] for wanted in (False, True))
    groups = [{"params": body, "lr": options.rate}, {"params": heads, "lr": 5 * options.rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    rise = int(0.1 * steps)
    fall = lambda t: 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, (t - rise) / (steps - rise))))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda t: t / rise if t < rise else fall(t))
    mean, done, began, recent = None, 0, time.time(), []
    for epoch in epochs:
        for batch in epoch:
            net.train()
            value = loss(net, batch)
            value.backward()
            torch.nn.utils.clip_grad_norm_(body + heads, 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            done += 1
            if mean is None and done >= 0.3 * steps:
                mean = copy.deepcopy(net)  # the average starts once the heads point somewhere
            elif mean is not None:
                with torch.no_grad():
                    for kept, now in zip(mean.parameters(), net.parameters()):
                        if now.requires_grad:
                            kept.lerp_(now, 1 - AVERAGE)
            recent.append(value.item())
            if done % 100 == 0:
                print(f"step {done} of {steps}, loss {np.mean(recent[-100:]):.3f}, {time.time() - began:.0f} s", flush=True)
        torch.save((mean or net).state_dict(), options.out)
        for name, rows in watched.items():
            report(mean or net, encode, rows, f"after {done} steps, {name}")


if __name__ == "__main__":
    main()
