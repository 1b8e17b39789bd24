"""Stands in for the server of a language model that words follow-ups at a set pace, for `hotseat bench turn --replies --llm`.

usage: python paced-server.py [--port 8479] [--first-token 0.4] [--tokens-per-second 25]

Answers with the follow-up that Hotseat's own prompt holds, after a few words of its own, so that only the pace is on trial: a model that
runs beside the interview on the same two cores would measure the machine. Four letters count as a token. Standard library only.
"""

import argparse
import json
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PREPARED = re.compile(r"The follow-up that was prepared for this: (.+)")


class Paced(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_GET(self):
        self.document({"object": "list", "data": [{"id": "paced", "object": "model"}]})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        prepared = PREPARED.search(asked["messages"][-1]["content"])
        text = f"Let me stay with that. {prepared[1]}" if prepared else ""
        time.sleep(self.server.first_token)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for token in re.findall(r".{1,4}", text):
                self.event({"choices": [{"delta": {"content": token}, "finish_reason": None}]})
                time.sleep(self.server.token)
            self.event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
            self.wfile.write(b"data: [DONE]\n\n")
        except (BrokenPipeError, ConnectionResetError):
            pass  # The words are no longer wanted.

    def event(self, value):
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
        self.wfile.flush()

    def document(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8479)
    parser.add_argument("--first-token", type=float, default=0.4, metavar="SECONDS")
    parser.add_argument("--tokens-per-second", type=float, default=25.0)
    options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Paced)
    server.first_token, server.token = options.first_token, 1.0 / options.tokens_per_second
    server.serve_forever()


main()
