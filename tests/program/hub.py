"""A WebSub hub (W3C Recommendation, 2018-01) as a process of its own, which may also misbehave.

    python3 hub.py

It prints its address. What a test tells it goes to /control, as JSON: {"publish": TOPIC, "body": ...}
sends a document to all subscribers of the topic, {"behaviour": {...}} changes how it behaves from now
on, {"show": true} answers what it knows.

behaviour: "answer" (the status that a subscriber gets), "verify" (false: never), "topic" (verifies
another one), "lease" (seconds that it grants), "method" (of signatures; "" sends none), "secret" (signs
with another one), "denies" (says no).
"""

import hashlib
import hmac
import http.client
import http.server
import json
import secrets
import threading
import urllib.parse


class Hub:
    def __init__(self):
        self.lock = threading.Lock()
        self.behaviour = {"answer": 202, "verify": True, "method": "sha256"}
        self.requests = []  # forms as they came
        self.subscriptions = {}  # (topic, callback) -> secret
        self.verifications = []  # status and whether the challenge came back

    def take(self, form):
        with self.lock:
            self.requests.append(form)
            behaviour = dict(self.behaviour)
        if behaviour["answer"] == 202 and behaviour["verify"]:
            threading.Thread(target=self.verify, args=(form, behaviour), daemon=True).start()
        return behaviour["answer"]

    def verify(self, form, behaviour):
        challenge = secrets.token_hex(16)
        mode = "denied" if behaviour.get("denies") else form["hub.mode"]
        question = {
            "hub.mode": mode,
            "hub.topic": behaviour.get("topic", form["hub.topic"]),
            "hub.challenge": challenge,
            "hub.lease_seconds": behaviour.get("lease", form.get("hub.lease_seconds", "3600")),
        }
        status, body, _ = call("GET", form["hub.callback"], query=question)
        agreed = status == 200 and body == challenge.encode()
        place = (form["hub.topic"], form["hub.callback"])
        with self.lock:
            self.verifications.append([mode, status, agreed])
            if agreed and form["hub.mode"] == "subscribe":
                self.subscriptions[place] = form.get("hub.secret", "")
            elif agreed:
                self.subscriptions.pop(place, None)

    def publish(self, topic, body, content_type):
        with self.lock:
            behaviour = dict(self.behaviour)
            places = [place for place in self.subscriptions.items() if place[0][0] == topic]
        answers = []
        for (_, callback), secret in places:
            headers = {"Content-Type": content_type, "Link": f'<{topic}>; rel="self"'}
            method = behaviour["method"]
            if method:
                key = behaviour.get("secret", secret).encode()
                digest = hmac.new(key, body, getattr(hashlib, method)).hexdigest()
                headers["X-Hub-Signature"] = f"{method}={digest}"
            answers.append(call("POST", callback, body, headers)[0])
        return answers

    def control(self, order):
        if "behaviour" in order:
            with self.lock:
                self.behaviour |= order["behaviour"]
        if "publish" in order:
            body = order["body"].encode() * order.get("times", 1)
            kind = order.get("content_type", "application/atom+xml")
            return {"answers": self.publish(order["publish"], body, kind)}
        with self.lock:
            return {
                "requests": self.requests,
                "verifications": self.verifications,
                "subscriptions": [list(place) for place in self.subscriptions],
            }


def call(method, url, body=None, headers=None, query=None):
    """Answers status, body and headers; status 0 if nobody answered."""
    parts = urllib.parse.urlsplit(url)
    target = parts.path + ("?" + urllib.parse.urlencode(query) if query else "")
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request(method, target, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read(), response.headers
    except (OSError, http.client.HTTPException):
        return 0, b"", {}
    finally:
        connection.close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub = Hub()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/control":
            answer = json.dumps(self.hub.control(json.loads(body))).encode()
            status = 200
        else:
            answer = b""
            status = self.hub.take(dict(urllib.parse.parse_qsl(body.decode())))
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print("%s:%d" % server.server_address, flush=True)
    server.serve_forever()
