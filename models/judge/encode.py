"""Cuts groups into tokens and puts them together in batches."""

import numpy as np
import torch
from tokenizers import Tokenizer

from network import ANSWER, ANSWER_AT, CLS, FIRST_STATEMENT, QUESTION, SEP

QUESTION_ROOM, ANSWER_ROOM = 60, 340  # tokens
TOKENS = 2400  # of a batch, padding included


class Encoder:
    """Cuts words into tokens, each word once."""

    def __init__(self, vocabulary):
        self.tokenizer = Tokenizer.from_file(str(vocabulary))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.known = {}

    def word(self, word):
        if word not in self.known:
            self.known[word] = self.tokenizer.encode(word, add_special_tokens=False).ids
        return self.known[word]

    def text(self, text, room):
        return [token for word in text.split() for token in self.word(word)][:room]

    def __call__(self, group):
        """A group as the network takes it: its statements beside the words that they share."""
        ids = [CLS] + self.text(group[0].prompt, QUESTION_ROOM) + [SEP]
        positions, parts = list(range(len(ids))), [QUESTION] * len(ids)
        start = len(ids)
        for part, pair in enumerate(group, FIRST_STATEMENT):
            mark = "" if pair.kind == "point" else "Mistake: "
            tokens = self.text(mark + pair.statement, ANSWER_AT - start - 1) + [SEP]
            ids += tokens
            positions += range(start, start + len(tokens))
            parts += [part] * len(tokens)
        answer = [(token, i) for i, word in enumerate(group[0].words) for token in self.word(word)][:ANSWER_ROOM]
        at = len(ids)
        ids += [token for token, _ in answer] + [SEP]
        positions += range(ANSWER_AT, ANSWER_AT + len(answer) + 1)
        parts += [ANSWER] * (len(answer) + 1)
        marks = [None if pair.marks is None else [pair.marks[i] for _, i in answer] + [0] for pair in group]
        return {
            "ids": ids, "positions": positions, "parts": parts, "at": at, "marks": marks,
            "labels": [pair.label for pair in group], "weights": [pair.weight for pair in group],
        }


def batches(texts, rng):
    """Batches of texts of about the same length, in random order."""
    order = sorted(texts, key=lambda text: len(text["ids"]) + rng.random() * 32)
    found, batch = [], []
    for text in order:
        if batch and (len(batch) + 1) * len(text["ids"]) > TOKENS:
            found.append(batch)
            batch = []
        batch.append(text)
    found += [batch] if batch else []
    rng.shuffle(found)
    return found


def pad(batch):
    """Ids, positions, parts [batch, length]; evidence marks and where they are known [batch, statements, length]; targets
    [batch, statements, 2]; weights, 0 where there is no statement, and which statements there are [batch, statements]."""
    size, length = len(batch), -(-max(len(text["ids"]) for text in batch) // 16) * 16
    most = max(len(text["labels"]) for text in batch)
    ids, positions, parts = (np.zeros((size, length), np.int64) for _ in range(3))
    marks, marked = (np.zeros((size, most, length), np.float32) for _ in range(2))
    target, weight, there = np.zeros((size, most, 2), np.float32), np.zeros((size, most), np.float32), np.zeros((size, most), np.float32)
    for row, text in enumerate(batch):
        n, k = len(text["ids"]), len(text["labels"])
        ids[row, :n], positions[row, :n], parts[row, :n] = text["ids"], text["positions"], text["parts"]
        for column, evidence in enumerate(text["marks"]):
            if evidence is not None:
                marks[row, column, text["at"] : n] = evidence
                marked[row, column, text["at"] : n] = 1
        target[row, :k] = [[label >= 1, label >= 2] for label in text["labels"]]
        weight[row, :k], there[row, :k] = text["weights"], 1
    return [torch.from_numpy(part) for part in (ids, positions, parts, marks, marked, target, weight, there)]
