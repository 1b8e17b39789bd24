"""Kills Hotseat for `benches/kill-nine`, and checks what is left."""

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

QUESTIONS = ["high-availability", "cost-optimisation"]
ANSWERS = {
    "high-availability": "I would run the servers in three zones behind a load balancer, and keep a standby database in another zone.",
    "cost-optimisation": "I broke the bill down by team, found machines that were idle at night, and switched them off.",
}
FOLLOW_UP = "We tried it out on a quiet day, and watched the users' response times while we did."
VOICE = "am_michael"
FOLLOW_UPS = 3

# A recorder's WAV: this header, then 16 kHz mono of 16 bits.
HEADER = 44
BYTES_A_MS = 32

# How often the files of an interview are looked at. A recording is seen to begin so much too late at most.
LOOK_S = 0.005
# The longest an interview is left alone. It takes about twice that.
LONGEST_S = 15.0


class Hotseat:
    def __init__(self, program, work):
        self.program, self.work = program, work
        self.sessions = work / "home" / "sessions"

    def start(self, *arguments, **options):
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([self.program, *map(str, arguments)], **(quiet | options))

    def run(self, *arguments, typed=None):
        done = subprocess.run([self.program, *map(str, arguments)], input=typed, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"`hotseat {' '.join(map(str, arguments))}` failed with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def folders(self):
        return sorted(self.sessions.iterdir()) if self.sessions.is_dir() else []


def prepare_answers(hotseat):
    """Speaks the answers; returns their folder."""
    folder = hotseat.work / "answers"
    folder.mkdir()
    for question, answer in ANSWERS.items():
        hotseat.run("say", answer, "--voice", VOICE, "-o", folder / f"{question}.wav")
        for nth in range(1, FOLLOW_UPS + 1):
            hotseat.run("say", FOLLOW_UP, "--voice", VOICE, "-o", folder / f"{question}.followup-{nth}.wav")
    return folder


def records(folder):
    """Returns the whole lines of a journal. A last line may be torn; any other must be JSON."""
    text = (folder / "journal.jsonl").read_bytes()
    return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]


def events(folder, name):
    data = (record["data"] for record in records(folder) if record["type"] == "event")
    return [event for event in data if event["event"] == name]


def recordings(folder):
    return {path.name: path for path in folder.glob("*.wav")}


def told_ms(path):
    """Returns how long a player takes a recording to be."""
    header = path.read_bytes()[:HEADER]
    return int.from_bytes(header[40:44], "little") // BYTES_A_MS if len(header) == HEADER else 0


def there_ms(path):
    return max(path.stat().st_size - HEADER, 0) // BYTES_A_MS


def watch_and_kill(hotseat, process, folder, after_s):
    """Kills a process; returns the session's folder, and for how long each recording that it began had gone on by then."""
    known, began = set(hotseat.folders()), time.monotonic()
    older = set(recordings(folder)) if folder else set()
    seen = {}
    while time.monotonic() - began < after_s and process.poll() is None:
        if folder is None:
            folder = next((one for one in hotseat.folders() if one not in known), None)
        for name in recordings(folder) if folder else []:
            if name not in older and name not in seen:
                seen[name] = time.monotonic()
        time.sleep(LOOK_S)
    process.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    process.wait()
    return folder, {name: (killed - at) * 1000 for name, at in seen.items()}


def lost(folder, gone_on):
    """Returns for the last recording what was fed to it, what plays and what can be made to play, in milliseconds.

    What was fed is taken by the clock: sound that a busy machine takes late is lost with it, and counts."""
    if not gone_on:
        return None
    name = min(gone_on, key=gone_on.get)
    path = folder / name
    ended = events(folder, "turn-ended")
    effects = [record["data"] for record in records(folder) if record["type"] == "effect"]
    turns = [effect["turn"] for effect in effects if effect["effect"] == "listen"]
    over = [event["duration_ms"] for event in ended if turns and event["turn"] == turns[-1]]
    # A turn that was over has a length; of one that was open a whole number of frames had come.
    fed = over[-1] if over else int(gone_on[name] // 32 * 32)
    return {"fed": fed, "told": told_ms(path), "there": there_ms(path), "open": not over}


def said(report):
    texts = [exchange["text"] for exchange in report["exchanges"]]
    texts += [one["text"] for exchange in report["exchanges"] for one in exchange.get("earlier", [])]
    return texts + [aside["text"] for aside in report.get("asides", [])]


def check_report(folder, report):
    """Everything that the journal says was said stands in the report, and every recording that it names plays."""
    texts = said(report)
    for event in events(folder, "heard"):
        words = " ".join(word["text"] for word in event["transcript"]["words"])
        if words and words not in texts:
            sys.exit(f"{folder.name}: the report lacks `{words}`")
    for exchange in report["exchanges"]:
        for name in exchange["recordings"]:
            path = folder / name
            if path.is_file() and told_ms(path) != there_ms(path):
                sys.exit(f"{path}: {told_ms(path)} ms play of {there_ms(path)}")


def kill_sessions(hotseat, chance, kills, sample):
    answers = prepare_answers(hotseat)
    common = ["practice", "--no-voice", "--plain", "--candidate", answers]
    anew = ["--new", "--seed", "1", "--questions", ",".join(QUESTIONS)]
    losses, before, resumed = [], None, 0
    print(f"{'kill':>4}  {'after':>6}  {'begun':<6}  {'last event':<14}  {'fed':>7}  {'played':>7}  {'mended':>7}  {'lost':>5}")
    for nth in range(1, kills + 1):
        after_s = chance.uniform(0.2, LONGEST_S)
        again = before if before and chance.random() < 0.5 else None
        how = ["--resume", again.name] if again else anew
        process = hotseat.start(*common, "--real-time", *how)
        folder, gone_on = watch_and_kill(hotseat, process, again, after_s)
        resumed += again is not None
        if folder is None or not (folder / "journal.jsonl").is_file():
            print(f"{nth:>4}  {after_s:>5.1f}s  {'anew':<6}  nothing was begun")
            continue
        happened = [record["data"]["event"] for record in records(folder) if record["type"] == "event"]
        row = lost(folder, gone_on)
        figures = ""
        if row:
            row["lost"] = max(row["fed"] - row["there"], 0)
            losses.append(row | {"path": folder / min(gone_on, key=gone_on.get)})
            figures = f"{row['fed']:>7}  {row['told']:>7}  {row['there']:>7}  {row['lost']:>5}"
        begun = "again" if again else "anew"
        print(f"{nth:>4}  {after_s:>5.1f}s  {begun:<6}  {happened[-1] if happened else 'none':<14}  {figures}", flush=True)
        listed = {one["id"]: one["standing"] for one in json.loads(hotseat.run("sessions", "--json"))["sessions"]}
        if listed.get(folder.name) not in ("interrupted", "complete"):
            sys.exit(f"{folder.name} is {listed.get(folder.name)}")
        before = folder if listed[folder.name] == "interrupted" else None
    print(f"\n{kills} kills, {resumed} of them of interviews that had been gone on with")
    # Whoever begins an interview has the recordings of earlier ones mended.
    hotseat.run("practice", "--new", "--text", "--no-voice", "--plain", "--questions", QUESTIONS[0], typed="")
    for row in losses:
        if told_ms(row["path"]) < row["there"]:
            sys.exit(f"{row['path']} plays {told_ms(row['path'])} ms of {row['there']}")
    tell("sound lost where a turn was open, before mending, ms", [max(row["fed"] - row["told"], 0) for row in losses if row["open"]])
    tell("sound lost where a turn was open, after mending, ms", [row["lost"] for row in losses if row["open"]])
    tell("sound lost where a turn was over, ms", [row["lost"] for row in losses if not row["open"]])
    finish_some(hotseat, chance, common, sample)
    for folder in hotseat.folders():
        check_report(folder, json.loads(hotseat.run("export", folder.name, "--format", "json")))
    print(f"{len(hotseat.folders())} sessions: every journal reads, every recording plays, all that was heard is in the report")
    worst = max((row["lost"] for row in losses), default=0)
    print(f"worst loss: {worst} ms")
    return worst <= 1000


def finish_some(hotseat, chance, common, sample):
    """Goes on with some of the interviews to their end."""
    listed = json.loads(hotseat.run("sessions", "--json"))["sessions"]
    broken_off = [one["id"] for one in listed if one["standing"] == "interrupted"]
    chosen = chance.sample(broken_off, min(sample, len(broken_off)))
    for session in chosen:
        report = json.loads(hotseat.run(*common, "--json", "--resume", session))
        asked = [exchange["question"] for exchange in report["exchanges"] if exchange["follow_up"] is None]
        if report["ending"] != "complete" or asked != QUESTIONS:
            sys.exit(f"{session} ended {report['ending']} after {asked}")
        check_report(hotseat.sessions / session, report)
    print(f"{len(chosen)} of {len(broken_off)} interviews that broke off were gone on with, and came to their end")


def tell(name, figures):
    ordered = sorted(figures)
    if ordered:
        print(f"{name}: {len(ordered)}, median {ordered[len(ordered) // 2]}, worst {ordered[-1]}")


def digest(folder):
    """Returns a digest of every file below a folder, the names included."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return whole.hexdigest()


def kill_command(hotseat, chance, kills, arguments):
    """Kills a command that must leave every session as it is, and succeed when it is run again."""
    typed = "\n".join([*ANSWERS.values(), FOLLOW_UP]) + "\n"
    hotseat.run("practice", "--new", "--text", "--no-voice", "--plain", "--questions", ",".join(QUESTIONS), typed=typed)
    hotseat.run(*arguments)
    before, began = digest(hotseat.sessions), time.monotonic()
    hotseat.run(*arguments)
    whole_s = time.monotonic() - began
    cut = 0
    for nth in range(1, kills + 1):
        process = hotseat.start(*arguments)
        time.sleep(chance.uniform(0, whole_s))
        cut += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        if digest(hotseat.sessions) != before:
            sys.exit(f"kill {nth} changed the sessions")
        hotseat.run(*arguments)
    if digest(hotseat.sessions) != before:
        sys.exit("a run after a kill changed the sessions")
    print(f"`hotseat {' '.join(map(str, arguments))}` takes {whole_s * 1000:.0f} ms; {kills} kills, {cut} of them before its end: "
          "the sessions are byte for byte the same, and each run after a kill succeeded")
    return True


def main():
    parser = argparse.ArgumentParser(prog="benches/kill-nine")
    parser.add_argument("hotseat")
    parser.add_argument("work", type=Path)
    parser.add_argument("mode", choices=["session", "export", "reindex", "command"])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=6, help="interviews that are gone on with to their end")
    own, arguments = sys.argv[1:], []
    if "--" in own:
        own, arguments = own[: own.index("--")], own[own.index("--") + 1 :]
    chosen = parser.parse_args(own)
    hotseat, chance = Hotseat(chosen.hotseat, chosen.work), random.Random(chosen.seed)
    commands = {
        "export": ["export", "last", "--format", "md", "-o", chosen.work / "report.md"],
        "reindex": ["sessions", "--reindex"],
        "command": arguments,
    }
    if chosen.mode == "session":
        whole = kill_sessions(hotseat, chance, chosen.kills, chosen.sample)
    else:
        whole = kill_command(hotseat, chance, chosen.kills, commands[chosen.mode])
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main()
