#!/usr/bin/env python3
"""Serves the folder site/ on loopback as a proxy for whole hosts: `http://HOST/PATH` is site/HOST/PATH. What is pushed to a registry
becomes files there.

    server.py SITE PORT-FILE

Hosts whose name begins with `locked.` want the name `me` and the password `secret`.
"""
import base64
import hashlib
import http.server
import os
import sys
import urllib.parse

site, port_file = sys.argv[1:3]
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        if os.environ.get("LOG"):
            print(self.command, self.path, dict(self.headers), file=sys.stderr)

    def place(self):
        url = urllib.parse.urlsplit(self.path)
        return os.path.join(site, url.netloc or self.headers["Host"], urllib.parse.unquote(url.path).lstrip("/").replace(":", "_"))

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def do_GET(self):
        place = self.place()
        host = os.path.relpath(place, site).split("/")[0]
        known = "Basic " + base64.b64encode(b"me:secret").decode()
        if host.startswith("locked.") and self.headers.get("Authorization") != known:
            return self.answer(401, WWW_Authenticate='Basic realm="charts"')
        if self.path.endswith("/v2/"):
            return self.answer(200)
        if not os.path.isfile(place):
            return self.answer(404)
        with open(place, "rb") as file:
            body = file.read()
        digest = "sha256:" + hashlib.sha256(body).hexdigest()
        kind = MANIFEST if "/manifests/" in place else "application/octet-stream"
        self.answer(200, body, Content_Type=kind, Docker_Content_Digest=digest)

    do_HEAD = do_GET

    def do_POST(self):
        self.body()
        self.answer(202, Location=self.path.split("?")[0] + "one")

    def do_PUT(self):
        body = self.body()
        digest = "sha256:" + hashlib.sha256(body).hexdigest()
        place = self.place()
        names = [place]
        if "/blobs/uploads/" in place:
            names = [os.path.join(place.split("/blobs/")[0], "blobs", digest.replace(":", "_"))]
        elif "/manifests/" in place:
            names.append(os.path.join(os.path.dirname(place), digest.replace(":", "_")))
        for name in names:
            os.makedirs(os.path.dirname(name), exist_ok=True)
            with open(name, "wb") as file:
                file.write(body)
        self.answer(201, Docker_Content_Digest=digest, Location=self.path)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(port_file + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(port_file + ".new", port_file)
server.serve_forever()
