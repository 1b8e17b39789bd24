"""Reads labelled answers and the rubrics that they are held against."""

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
SETS = [DATA / f"train-{name}" for name in "abcdef"]
LABELS = {"missing": 0, "partial": 1, "covered": 2}


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


def roles(banks, part):
    """The roles of a part: all, every other one, every fifth, or all but every fifth."""
    names = sorted({role for role, _ in banks})
    fifth = names[4::5]
    return set({"ALL": names, "EVEN": names[0::2], "ODD": names[1::2], "FIFTH": fifth, "MOST": [n for n in names if n not in fifth]}[part])


def read_banks(folders):
    """Questions by (bank, id), where a bank is its file's name."""
    found = {}
    for folder in folders:
        for path in Path(folder).glob("*.toml"):
            for question in tomllib.loads(path.read_text())["question"]:
                found[path.stem, question["id"]] = question
    return found


def marked(text, evidence):
    """Which words of a text lie in the evidence. None: it is not there."""
    spans = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    at = text.find(evidence)
    return None if at < 0 else [int(a < at + len(evidence) and b > at) for a, b in spans]


def read_answers(folder, banks):
    answers = []
    for line in (Path(folder) / "answers.jsonl").read_text().splitlines():
        if not line.strip():
            continue
        row = json.loads(line)
        role = Path(row["bank"]).stem
        labels = {id: LABELS[label] for id, label in row["points"].items()}
        marks = {id: marked(row["text"], row["evidence"][id]) for id, label in labels.items() if label and id in row["evidence"]}
        answers.append(Answer(row["id"], role, banks[role, row["question"]], row["text"].split(), labels, marks, set(row["pitfalls"])))
    return answers


def whole(answer):
    """The answer as it is beside every point."""
    words = answer.words
    return [
        Pair(answer.question["prompt"], point["text"], "point", words, answer.marks.get(point["id"]) if answer.labels[point["id"]] else [0] * len(words), answer.labels[point["id"]])
        for point in answer.question["point"]
        if point["id"] in answer.labels
    ]


def mistakes(answer):
    """The answer beside every pitfall, hit or not."""
    for pitfall in answer.question.get("pitfall", []):
        hit = pitfall["id"] in answer.pitfalls
        marks = None if hit else [0] * len(answer.words)
        yield Pair(answer.question["prompt"], pitfall["text"], "pitfall", answer.words, marks, 2 * hit)
