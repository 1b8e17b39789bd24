"""Reads labelled answers and makes training pairs of them: as they are, cut, joined, garbled, turned around."""

import json
import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from network import CLS, LONGEST, SEP

LABELS = {"missing": 0, "partial": 1, "covered": 2}
FIRST_SEGMENT = 96


@dataclass
class Pair:
    """A statement of a rubric beside an answer in words, each word marked as evidence or not."""

    prompt: str
    statement: str
    kind: str  # point | pitfall
    words: list
    marks: list  # 1: evidence; None where nobody marked any
    label: int
    weight: float = 1.0
    row: str = ""  # id of the labelled answer


@dataclass
class Answer:
    """A labelled answer. `marks` has for each point that was made which words make it."""

    row: str
    role: str
    question: dict
    words: list
    labels: dict
    marks: dict
    pitfalls: set


def read_banks(folders):
    """Questions by (bank, id), where a bank is its file's name."""
    found = {}
    for folder in folders:
        for path in Path(folder).glob("*.toml"):
            for question in tomllib.loads(path.read_text())["question"]:
                found[path.stem, question["id"]] = question
    return found


def marked(text, evidence):
    """Words of a text, and which of them lie in the evidence."""
    spans = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    words = [text[a:b] for a, b in spans]
    if evidence is None:
        return words, [0] * len(words)
    at = text.find(evidence)
    if at < 0:
        return words, None
    return words, [int(a < at + len(evidence) and b > at) for a, b in spans]


def read_answers(folder, banks):
    answers = []
    for line in (Path(folder) / "answers.jsonl").read_text().splitlines():
        if not line.strip():
            continue
        row = json.loads(line)
        role = Path(row["bank"]).stem
        labels = {id: LABELS[label] for id, label in row["points"].items()}
        marks = {id: marked(row["text"], row["evidence"][id])[1] for id, label in labels.items() if label and id in row["evidence"]}
        answers.append(Answer(row["id"], role, banks[role, row["question"]], row["text"].split(), labels, marks, set(row["pitfalls"])))
    return answers


def whole(answer):
    """The answer as it is beside every point."""
    words = answer.words
    return [
        Pair(answer.question["prompt"], point["text"], "point", words, answer.marks.get(point["id"]) if answer.labels[point["id"]] else [0] * len(words), answer.labels[point["id"]], 1.0, answer.row)
        for point in answer.question["point"]
        if point["id"] in answer.labels
    ]


def mistakes(answer, share, rng):
    """The answer beside every pitfall that it hits, and some of the others."""
    for pitfall in answer.question.get("pitfall", []):
        hit = pitfall["id"] in answer.pitfalls
        if hit or rng.random() < share:
            marks = None if hit else [0] * len(answer.words)
            yield Pair(answer.question["prompt"], pitfall["text"], "pitfall", answer.words, marks, 2 * hit, 1.0, answer.row)


class Encoder:
    """Cuts pairs into tokens. Words are cut once each."""

    def __init__(self, base):
        self.tokenizer = Tokenizer.from_file(f"{base}/tokenizer.json")
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.known = {}

    def word(self, word):
        if word not in self.known:
            self.known[word] = self.tokenizer.encode(word, add_special_tokens=False).ids
        return self.known[word]

    def __call__(self, pair):
        """Ids, length of the first segment, evidence marks of the second (None: unknown), label, weight."""
        lead = "" if pair.kind == "point" else "Mistake: "
        first = [t for w in f"{pair.prompt} {lead}{pair.statement}".split() for t in self.word(w)][:FIRST_SEGMENT]
        second, marks = [], []
        for word, mark in zip(pair.words, pair.marks or [0] * len(pair.words)):
            tokens = self.word(word)
            second += tokens
            marks += [mark] * len(tokens)
        room = LONGEST - 3 - len(first)
        ids = [CLS] + first + [SEP] + second[:room] + [SEP]
        return ids, len(first) + 2, None if pair.marks is None else marks[:room] + [0], pair.label, pair.weight


MISHEARD = [("th", "f"), ("v", "b"), ("ing", "in"), ("s", "z"), ("er", "a"), ("ee", "ea"), ("ck", "k"), ("tion", "shun"), ("ph", "f"), ("d", "t"), ("m", "n")]
FILLERS = ["um", "uh", "like", "you know", "I mean", "so", "sort of", "kind of", "basically", "right"]


def garble(words, marks, rng):
    """As a recogniser gives it: lower case, no punctuation, some words misheard, broken in two or lost."""
    out, kept = [], []
    rate = rng.choice([0.0, 0.0, 0.03, 0.08])
    for word, mark in zip(words, marks):
        bare = re.sub(r"[^a-z0-9' ]", " ", word.lower()).split()
        for piece in bare:
            if rng.random() < rate and len(piece) > 3:
                how = rng.random()
                if how < 0.5:
                    old, new = rng.choice(MISHEARD)
                    piece = piece.replace(old, new, 1)
                elif how < 0.8:
                    at = rng.randrange(2, len(piece) - 1)
                    out.append(piece[:at])
                    kept.append(mark)
                    piece = piece[at:]
                else:
                    continue
            out.append(piece)
            kept.append(mark)
    return out, kept


def hesitate(words, marks, rng):
    """With fillers between the words."""
    out, kept = [], []
    for word, mark in zip(words, marks):
        if rng.random() < 0.04:
            filler = rng.choice(FILLERS).split()
            out += filler
            kept += [mark] * len(filler)
        out.append(word)
        kept.append(mark)
    return out, kept


def cut(answer, kept, weight):
    """Some of the answer's words beside every point. A point counts as made if all of its evidence is kept and as missing
    if none is; what is kept in part teaches nothing."""
    words = [answer.words[i] for i in kept]
    pairs = []
    for point in answer.question["point"]:
        label, marks = answer.labels.get(point["id"]), answer.marks.get(point["id"])
        if label is None or (label and not marks):
            continue
        left = [marks[i] if marks else 0 for i in kept]
        if label and 0 < sum(left) < sum(marks):
            continue
        pairs.append(Pair(answer.question["prompt"], point["text"], "point", words, left, label if sum(left) else 0, weight, answer.row))
    return pairs


def stretch(answer, low, high, rng):
    """Words in a row: around the evidence of some point, or anywhere."""
    size = rng.randrange(low, high)
    made = list(answer.marks.values())
    if made and rng.random() < 0.8:
        on = [i for i, mark in enumerate(rng.choice(made)) if mark]
        left = max(0, on[0] - rng.randrange(0, max(1, size - len(on) + 1)))
        return range(left, min(len(answer.words), max(on[-1] + 1, left + size)))
    left = rng.randrange(0, max(1, len(answer.words) - size + 1))
    return range(left, min(len(answer.words), left + size))


def turned(answer, rng):
    """A quote that is told and then rejected makes nothing."""
    id = rng.choice(list(answer.marks))
    quote = [re.sub(r"[.!?]+$", "", w) for w, mark in zip(answer.words, answer.marks[id]) if mark]
    before, after = rng.choice([
        ("Some people say", "but we don't do that, I see no need for it."),
        ("I was told you should say", "but honestly I have never done it."),
        ("We decided against it, so I would not do this:", ""),
    ])
    words = before.split() + quote + after.split()
    point = next(point for point in answer.question["point"] if point["id"] == id)
    return [Pair(answer.question["prompt"], point["text"], "point", words, [0] * len(words), 0, 0.4, answer.row)]


def plain(question, point, rng):
    """The point in its own words makes that point and no other."""
    lead = rng.choice(["What we do there:", "So the thing is, my team", "Usually one", "Well,", "I think it matters that one", ""])
    words = f"{lead} {point['text'][0].lower()}{point['text'][1:]}.".split()
    return [
        Pair(question["prompt"], other["text"], "point", words, [int(other is point)] * len(words), 2 * (other is point), 0.3)
        for other in question["point"]
    ]


def model(question):
    """A model answer is meant to make every point; nobody labelled it."""
    words = question["model_answer"].split()
    return [Pair(question["prompt"], point["text"], "point", words, None, 2, 0.3) for point in question["point"]]


def spoken(group, rates, rng):
    """The same text for the whole group, as a recogniser or a hesitant speaker might give it."""
    chance, seed = rng.random(), rng.random()
    how = garble if chance < rates["garble"] else hesitate if chance < rates["garble"] + rates["hesitate"] else None
    if how is None:
        return group
    for pair in group:
        words, marks = how(pair.words, pair.marks or [0] * len(pair.words), random.Random(seed))
        pair.words, pair.marks = words, None if pair.marks is None else marks
    return [pair for pair in group if pair.words]


def augment(answers, banks, rng, rates):
    """An epoch, in groups of pairs over the same text: every answer as it is, and what can be made of it."""
    groups = []
    others = {}
    for answer in answers:
        others.setdefault(answer.role, []).append(answer)
    for answer in answers:
        groups.append(whole(answer) + list(mistakes(answer, rates["pitfall"], rng)))
        for name, low, high in (("part", 20, 70), ("quote", 8, 26)):
            if rng.random() < rates[name]:
                groups.append(cut(answer, stretch(answer, low, high, rng), 0.7))
        if answer.marks and rng.random() < rates["removed"]:
            gone = rng.choice(list(answer.marks.values()))
            groups.append(cut(answer, [i for i, mark in enumerate(gone) if not mark], 0.4))
        if answer.marks and rng.random() < rates["turned"]:
            groups.append(turned(answer, rng))
        if rng.random() < rates["other"]:
            other = rng.choice([one for one in others[answer.role] if one.question is not answer.question])
            words = [other.words[i] for i in stretch(other, 20, 70, rng)]
            groups.append([Pair(answer.question["prompt"], point["text"], "point", words, [0] * len(words), 0, 0.4) for point in answer.question["point"]])
    for (role, _), question in banks.items():
        if role in others:
            if rng.random() < rates["model"]:
                groups.append(model(question))
            for point in question["point"]:
                if rng.random() < rates["plain"]:
                    groups.append(plain(question, point, rng))
    return [group for group in (spoken(group, rates, rng) for group in groups) if group and group[0].words]


ALL = {"garble": 0.25, "hesitate": 0.1, "part": 0.8, "quote": 1.0, "removed": 0.15, "turned": 0.3, "other": 0.12, "pitfall": 0.3, "model": 0.5, "plain": 0.25}
NONE = {name: 0.0 for name in ALL} | {"pitfall": 0.3}


def batches(groups, size, rng):
    """Batches of about `size` pairs of about the same length, groups kept together, in random order."""
    order = sorted(groups, key=lambda group: len(group[0][0]) + rng.random() * 24)
    batches, batch = [], []
    for group in order:
        batch.append(group)
        if sum(map(len, batch)) >= size:
            batches.append(batch)
            batch = []
    rng.shuffle(batches)
    return [(pad([one for group in batch for one in group]), [len(group) for group in batch]) for batch in batches]


def pad(group, step=16):
    size = len(group)
    length = -(-max(len(one[0]) for one in group) // step) * step
    ids, seg = np.zeros((size, length), np.int64), np.zeros((size, length), np.int64)
    mask, marks, marked_ = (np.zeros((size, length), np.float32) for _ in range(3))
    mask[:, 0] = 1
    target, weight = np.zeros((size, 2), np.float32), np.zeros(size, np.float32)
    for row, (tokens, first, evidence, label, share) in enumerate(group):
        n = len(tokens)
        ids[row, :n], seg[row, first:n], mask[row, :n] = tokens, 1, 1
        if evidence is not None:
            marks[row, first : first + len(evidence)] = evidence
            marked_[row, first:n] = 1
        target[row], weight[row] = [label >= 1, label >= 2], share
    return ids, seg, mask, marks, marked_, target, weight
