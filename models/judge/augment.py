"""Makes training groups of labelled answers: as they are, cut, joined, changed, garbled, turned around.

A group holds what is asked of one text. Its labels follow from the marked evidence: a point is made if all of its evidence is
kept, missing if none is, and of the rest nothing is known.
"""

import random
import re

from labels import Pair, whole, mistakes

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


def told(question, pieces, weight):
    """What is asked of words of answers to one question, told as one. `pieces` are (answer, indices of its words). A point is
    made if all of its evidence in some answer is there, and missing if none is; else nothing is known of it."""
    text = [(answer, i) for answer, kept in pieces for i in kept]
    words = [answer.words[i] for answer, i in text]
    kept = {}
    for answer, i in text:
        kept.setdefault(id(answer), (answer, set()))[1].add(i)
    pairs = []
    for point in question["point"]:
        label, made_by, torn = 0, set(), False
        for answer, there in kept.values():
            own, marks = answer.labels.get(point["id"]), answer.marks.get(point["id"])
            if own is None or (own and not marks):
                break  # nobody marked where it is made
            evidence = {i for i, mark in enumerate(marks or []) if mark}
            if own and evidence <= there:
                label = max(label, own)
                made_by.add(id(answer))
            elif own and evidence & there:
                torn = True
        else:
            if not torn or label == 2:
                marks = [int(id(answer) in made_by and answer.marks[point["id"]][i]) for answer, i in text]
                pairs.append(Pair(question["prompt"], point["text"], "point", words, marks, label, weight))
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


def sentences(answer):
    """Ranges of the answer's sentences; of 14 words where it has no punctuation."""
    out, start = [], 0
    for i, word in enumerate(answer.words):
        if re.search(r"[.!?]$", word) or i - start >= 40 or i + 1 == len(answer.words):
            out.append(range(start, i + 1))
            start = i + 1
    if len(out) <= 1 + len(answer.words) // 41:
        out = [range(i, min(i + 14, len(answer.words))) for i in range(0, len(answer.words), 14)]
    return out


def changed(answer, peers, rng):
    """The answer without the words or sentences that make some of its points, and with other speakers' words for points that
    it lacks: how good an answer sounds then no longer tells what it says."""
    gone, where = set(), sentences(answer)
    for marks in answer.marks.values():
        if marks and rng.random() < 0.4:
            evidence = {i for i, mark in enumerate(marks) if mark}
            around = {i for sentence in where if evidence & set(sentence) for i in sentence}
            gone |= evidence if rng.random() < 0.5 else around
    pieces = [(answer, [i for i in sentence if i not in gone]) for sentence in where]
    lacking = [id for id, label in answer.labels.items() if label == 0]
    rng.shuffle(lacking)
    for id in lacking[: rng.choice([0, 1, 1, 2])]:
        able = [peer for peer in peers if peer.labels.get(id) and peer.marks.get(id)]
        if able:
            peer = rng.choice(able)
            evidence = [i for i, mark in enumerate(peer.marks[id]) if mark]
            around = [i for sentence in sentences(peer) if set(sentence) & set(evidence) for i in sentence]
            pieces.insert(rng.randrange(len(pieces) + 1), (peer, evidence if rng.random() < 0.5 else around))
    return told(answer.question, pieces, 0.8)


def joined(answer, peers, rng):
    """Two answers to the same question, one after the other."""
    peer = rng.choice(peers)
    if peer is answer or len(peer.words) + len(answer.words) > 260:
        return []
    return told(answer.question, [(one, range(len(one.words))) for one in (answer, peer)], 0.6)


def none(question, words, weight):
    """What is asked of words that make nothing."""
    return [Pair(question["prompt"], point["text"], "point", words, [0] * len(words), 0, weight) for point in question["point"]]


def stuffed(question, rng):
    """The rubric's terms in a row make nothing."""
    cues = [cue for point in question["point"] for cue in point.get("cues", [])]
    rng.shuffle(cues)
    lead = rng.choice(["So I know", "We use", "There's", "You need", "It's all about", ""])
    words = f"{lead} {rng.choice([', ', ' and ', ' ']).join(cues[: rng.randrange(4, 14)])}".split()
    return none(question, words, 0.4) if len(cues) > 2 else []


def turned(answer, rng):
    """A quote that is told and then rejected makes nothing."""
    id = rng.choice(list(answer.marks))
    quote = [re.sub(r"[.!?]+$", "", w) for w, mark in zip(answer.words, answer.marks[id] or []) if mark]
    before, after = rng.choice([
        ("Some people say", "but we don't do that, I see no need for it."),
        ("I was told you should say", "but honestly I have never done it."),
        ("We decided against it, so I would not do this:", ""),
    ])
    return [pair for pair, point in zip(none(answer.question, before.split() + quote + after.split(), 0.4), answer.question["point"]) if point["id"] == id]


def elsewhere(answer, others, rng):
    """Words of an answer to another question of the role make nothing here."""
    other = rng.choice([one for one in others if one.question is not answer.question])
    return none(answer.question, [other.words[i] for i in stretch(other, 20, 150, rng)], 0.4)


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


def of_answer(answer, peers, others, rates, rng):
    """Groups made of one answer. `peers` answer the same question, `others` questions of the same role."""
    chosen = lambda name: rng.random() < rates[name]
    yield whole(answer) + list(mistakes(answer))
    for _ in range(2):
        if chosen("changed"):
            yield changed(answer, peers, rng)
    if chosen("joined"):
        yield joined(answer, peers, rng)
    for name, low, high in (("part", 20, 70), ("quote", 8, 26)):
        if chosen(name):
            yield told(answer.question, [(answer, stretch(answer, low, high, rng))], 0.7)
    if answer.marks and chosen("turned"):
        yield turned(answer, rng)
    if chosen("elsewhere"):
        yield elsewhere(answer, others, rng)


def of_question(question, rates, rng):
    """Groups made of a question alone."""
    if rng.random() < rates["model"]:
        yield model(question)
    if rng.random() < rates["stuffed"]:
        yield stuffed(question, rng)
    for point in question["point"]:
        if rng.random() < rates["plain"]:
            yield plain(question, point, rng)


def augment(answers, banks, rng, rates):
    """An epoch in groups. Some ask only a part of the rubric, so that no statement is read by what stands beside it."""
    others, peers, groups = {}, {}, []
    for answer in answers:
        others.setdefault(answer.role, []).append(answer)
        peers.setdefault(id(answer.question), []).append(answer)
    for answer in answers:
        groups += of_answer(answer, peers[id(answer.question)], others[answer.role], rates, rng)
    for (role, _), question in banks.items():
        if role in others:
            groups += of_question(question, rates, rng)
    groups = [spoken(group, rates, rng) for group in groups if group]
    for group in groups:
        rng.shuffle(group)
        if len(group) > 2 and rng.random() < rates["fewer"]:
            del group[rng.randrange(1, len(group)) :]
    return [group for group in groups if group and group[0].words]


ALL = {
    "garble": 0.25, "hesitate": 0.1, "part": 0.4, "quote": 0.6, "changed": 0.4, "joined": 0.1, "stuffed": 0.3, "fewer": 0.3,
    "turned": 0.3, "elsewhere": 0.15, "model": 0.5, "plain": 0.3,
}
NONE = {name: 0.0 for name in ALL}
