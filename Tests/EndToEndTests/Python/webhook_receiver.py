"""A receiver of signed webhooks, as somebody else would write it: the standard's own library verifies.

Arguments: a file to append to, a port (0 for any), and one or more secrets. Prints its port. Every request becomes one
line of JSON: {"id", "verified": [index of each secret that verifies], "body"}.
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

path, port, secrets = sys.argv[1], int(sys.argv[2]), sys.argv[3:]


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        verified = []
        for index, secret in enumerate(secrets):
            try:
                Webhook(secret).verify(body, headers)
                verified.append(index)
            except WebhookVerificationError:
                pass
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"id": headers["webhook-id"], "verified": verified, "body": body.decode()}) + "\n")
        self.send_response(204 if verified else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()
