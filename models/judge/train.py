"""Trains the judge on the labelled answers in data/. See README.md for the commands and what they take.

usage: python train.py --base BASE --out OUT.pt [--roles EVEN|ODD|ALL] [--epochs N] [--seed N] [--plain] [--eval DIR]
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

from network import load_base
from pairs import ALL, NONE, Encoder, augment, batches, pad, read_answers, read_banks, whole

HERE = Path(__file__).parent
SETS = [HERE / "data" / f"train-{name}" for name in "abcdef"]
BATCH = 16
RANKING_SHARE = 0.5  # of the loss
EVIDENCE_SHARE = 0.3  # of the loss
SMOOTH = 0.03
AVERAGE = 0.998  # of the parameters over the last few hundred steps


def roles(banks, part):
    names = sorted({role for role, _ in banks})
    return set(names if part == "ALL" else names[0::2] if part == "EVEN" else names[1::2])


def auc(score, positive):
    """Area under the curve; ties count half."""
    score, positive = np.asarray(score, float), np.asarray(positive, bool)
    values, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    p, n = positive.sum(), (~positive).sum()
    return (rank[positive].sum() - p * (p + 1) / 2) / max(1, p * n)


def tensors(batch):
    return [torch.from_numpy(part) for part in batch]


@torch.no_grad()
def scores(net, encoded, size=16):
    """Logits [n, 2] and evidence logits, a list of [tokens of the answer]."""
    net.eval()
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i][0]))
    logits, evidence = np.zeros((len(encoded), 2)), [None] * len(encoded)
    for start in range(0, len(order), size):
        at = order[start : start + size]
        ids, seg, mask, *_ = tensors(pad([encoded[i] for i in at]))
        z, e = net(ids, seg, mask)
        logits[at] = z.numpy()
        for row, i in enumerate(at):
            evidence[i] = e[row, encoded[i][1] : len(encoded[i][0]) - 1].numpy()
    return logits, evidence


def loss(net, batch, sizes):
    ids, seg, mask, marks, marked, target, weight = tensors(batch)
    z, evidence = net(ids, seg, mask)
    soft = target * (1 - 2 * SMOOTH) + SMOOTH
    verdict = F.binary_cross_entropy_with_logits(z, soft, reduction="none").mean(-1)
    pointing = F.binary_cross_entropy_with_logits(evidence, marks, reduction="none") * marked
    pointing = pointing.sum(-1) / marked.sum(-1).clamp(min=1)
    value = ((verdict + EVIDENCE_SHARE * pointing) * weight).sum() / weight.sum()
    return value + RANKING_SHARE * ranking(z, target, weight, sizes)


def ranking(z, target, weight, sizes):
    """Within one text, what is made must stand above what is missing: how good the answer is as a whole decides nothing."""
    same = torch.block_diag(*[torch.ones(size, size) for size in sizes])
    missing, total, count = 1 - target[:, 0], 0.0, 1e-6
    for column in (0, 1):
        pairs = same * target[:, column][:, None] * missing[None, :] * weight[:, None]
        total = total + (F.softplus(z[None, :, column] - z[:, None, column]) * pairs).sum()
        count = count + pairs.sum()
    return total / count


def report(net, encode, answers, name):
    points = [pair for answer in answers for pair in whole(answer)]
    z, _ = scores(net, [encode(pair) for pair in points])
    label = np.array([pair.label for pair in points])
    groups = {}
    for i, pair in enumerate(points):
        groups.setdefault(pair.row, []).append(i)
    wins = [z[i, 1] > z[j, 1] for g in groups.values() for i in g for j in g if label[i] == 2 and label[j] == 0]
    print(
        f"{name}: {len(points)} points, AUC covered {auc(z[:, 1], label == 2):.3f}, at least partial {auc(z[:, 0], label > 0):.3f}, "
        f"within an answer {np.mean(wins):.3f}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True, help="folder with model.safetensors and tokenizer.json of all-MiniLM-L6-v2")
    parser.add_argument("--out", required=True)
    parser.add_argument("--roles", default="ALL", choices=["ALL", "EVEN", "ODD"])
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=8e-5)
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
    rates = NONE if options.plain else ALL
    encode = Encoder(options.base)
    epochs = [batches([[encode(pair) for pair in group] for group in augment(train, banks, rng, rates)], BATCH, rng) for _ in range(options.epochs)]
    steps = sum(map(len, epochs))
    print(f"{len(train)} answers of {len(mine)} roles, {steps} steps of about {BATCH} pairs", flush=True)

    net = load_base(options.base)
    heads = [p for name, p in net.named_parameters() if name.split(".")[0] in ("evidence", "mix", "verdict")]
    body = [p for name, p in net.named_parameters() if name.split(".")[0] not in ("evidence", "mix", "verdict", "words")]
    groups = [{"params": body, "lr": options.rate}, {"params": heads, "lr": 5 * options.rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    warm = int(0.1 * steps)
    cosine = lambda t: 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, (t - warm) / (steps - warm))))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda t: t / warm if t < warm else cosine(t))
    mean, done, began, recent = None, 0, time.time(), []
    for epoch in epochs:
        for batch, sizes in epoch:
            net.train()
            value = loss(net, batch, sizes)
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
        for name, rows in watched.items():
            report(mean, encode, rows, f"after {done} steps, {name}")
        torch.save(mean.state_dict(), options.out)


if __name__ == "__main__":
    main()
