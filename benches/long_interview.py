"""Plays the candidate of `benches/long-interview`, and reads from the journal how the interview went."""

import json
import subprocess
import sys
import time
import tomllib
from pathlib import Path

BANK = "questions/infrastructure-architect.toml"
VOICE = "am_michael"
SETTLED_S = 600


def speak(hotseat, text, path):
    subprocess.run([hotseat, "say", "-", "--voice", VOICE, "-o", path], input=text.encode(), check=True, stderr=subprocess.DEVNULL)


def render(hotseat, folder):
    """Speaks the model answers; returns the file of each question, in the bank's order."""
    bank = tomllib.loads(Path(BANK).read_text())
    files = {}
    for question in bank["question"]:
        files[question["id"]] = folder / f"{question['id']}.wav"
        speak(hotseat, question["model_answer"], files[question["id"]])
    return files


def resident_kib(process):
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return None


def listens(journal):
    """Returns what was asked in each turn so far, in order."""
    turns = []
    for line in journal.read_text().splitlines() if journal else []:
        try:
            data = json.loads(line)["data"]
        except ValueError:
            continue  # still being written
        if isinstance(data, dict) and data.get("effect") == "listen":
            turns.append(data["asked"])
    return turns


def interview(hotseat, work, files, count):
    """Conducts the interview; returns (seconds, KiB) over time, and the journal."""
    log = open(work / "log", "w")
    command = [hotseat, "practice", "--bank", "infrastructure-architect", "--count", str(count), "--seed", "1", "--json"]
    practice = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=open(work / "report.json", "w"), stderr=log)
    began, memory, answered, speaking, names = time.monotonic(), [], 0, None, list(files)
    journal = None
    while practice.poll() is None:
        memory.append((time.monotonic() - began, resident_kib(practice)))
        journal = journal or next((work / "home" / "sessions").glob("*/journal.jsonl"), None)
        turns = listens(journal)
        if len(turns) > answered and (speaking is None or speaking.poll() is not None):
            asked = turns[answered]
            answered += 1
            # A follow-up gets the answer to another question: long, and about something.
            shift = asked["nth"] if asked.get("follow_up") else 0
            name = names[(names.index(asked["question"]) + shift) % len(names)]
            speaking = subprocess.Popen(["paplay", "--device=headset_mic", files[name]])
        time.sleep(1)
    if practice.returncode != 0:
        sys.exit(f"the interview failed with {practice.returncode}:\n{(work / 'log').read_text()}")
    return [(at, kib) for at, kib in memory if kib], journal


def percentile(values, share):
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))] if ordered else float("nan")


def events(journal):
    for line in journal.read_text().splitlines():
        data = json.loads(line)["data"]
        if isinstance(data, dict) and "event" in data:
            yield data


def replies(kept):
    """Returns the first and the second line after each turn."""
    first, second, lines = [], [], None
    for event in kept:
        if event["event"] == "turn-ended":
            lines = 0
        elif event["event"] == "sounded" and lines is not None and event.get("since_speech_ms") is not None:
            [first, second, []][min(lines, 2)].append(event)
            lines += 1
    return first, second


def main():
    hotseat, work, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    files = render(hotseat, work)
    memory, journal = interview(hotseat, work, files, count)
    settled = [kib for at, kib in memory if at >= SETTLED_S] or [kib for _, kib in memory]
    late = [kib for at, kib in memory if at >= memory[-1][0] - 60]
    kept = list(events(journal))
    turns = [event for event in kept if event["event"] == "turn-ended"]
    strain = [event["strain"] for event in turns]
    print(f"{memory[-1][0] / 60:.1f} minutes, {len(turns)} turns, {sum(turn['duration_ms'] for turn in turns) / 60000:.1f} minutes of answers")
    print(f"memory after {SETTLED_S // 60} minutes {settled[0] / 1024:.0f} MiB, then {min(settled) / 1024:.0f} to {max(settled) / 1024:.0f},"
          f" in the last minute {percentile(late, 0.5) / 1024:.0f} ({100 * (percentile(late, 0.5) / settled[0] - 1):+.1f} %)")
    print(f"sound lost: {sum(turn['lost_ms'] for turn in strain)} ms; most stretches at the recogniser at once: {max(turn['behind'] for turn in strain)}")
    first, second = replies(kept)
    for name, key, lines in [
        ("decision to first sound", "since_decision_ms", first),
        ("end of speech to first sound", "since_speech_ms", first),
        ("end of speech to the line after the acknowledgement", "since_speech_ms", second),
    ]:
        took = [line[key] for line in lines]
        print(f"{name}: {len(took)}, p50 {percentile(took, 0.5)} ms, p95 {percentile(took, 0.95)} ms")
    ends = {}
    for turn in turns:
        ends[turn["reason"]] = ends.get(turn["reason"], 0) + 1
    print(f"turns ended by {ends}")
    # Kept for whoever wants to look closer.
    Path("target/long-interview.jsonl").write_text(journal.read_text())


if __name__ == "__main__":
    main()
