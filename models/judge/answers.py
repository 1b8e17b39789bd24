"""Writes the labelled answers of some roles to one file, with the full paths of their banks.

usage: python answers.py --roles ALL|MOST|FIFTH|EVEN|ODD --out ANSWERS.jsonl
"""

import argparse
import json
from pathlib import Path

from labels import SETS, read_banks, roles


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--roles", default="ALL", choices=["ALL", "MOST", "EVEN", "ODD", "FIFTH"])
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    mine = roles(read_banks(SETS), options.roles)
    banks = {path.stem: path.resolve() for folder in SETS for path in folder.glob("*.toml")}
    with open(options.out, "w") as out:
        for folder in SETS:
            for line in (folder / "answers.jsonl").read_text().splitlines():
                row = json.loads(line)
                role = Path(row["bank"]).stem
                if role in mine:
                    out.write(json.dumps(row | {"bank": str(banks[role])}) + "\n")


if __name__ == "__main__":
    main()
