"""Makes python-cache: a model cache as huggingface_hub writes it, from a server of our own.

    python make_python_cache.py        (huggingface_hub; the version goes to python-cache/VERSION)

The server has the smallest repository there can be: a small file (git's SHA-1), a large one (SHA-256,
redirected to a store), and nothing else, so that the question for another file is remembered, too.
"""

import hashlib
import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "owner/tiny-clip"
FILES = {
    "config.json": b'{"model_type":"clip"}',
    "onnx/model.onnx": bytes(range(256)) * 8,
}
STORE = {hashlib.sha256(FILES["onnx/model.onnx"]).hexdigest(): FILES["onnx/model.onnx"]}


class Hub(BaseHTTPRequestHandler):
    def do_HEAD(self):
        prefix = f"/{REPOSITORY}/resolve/main/"
        name = self.path.removeprefix("/store/")
        if self.path.startswith("/store/"):
            return self.answer(200, STORE[name])
        content = FILES.get(self.path.removeprefix(prefix))
        commit = {"X-Repo-Commit": COMMIT}
        if content is None:
            return self.answer(404, b"", {**commit, "X-Error-Code": "EntryNotFound"})
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 in STORE:
            # On another host, as the real store is.
            store = f"http://localhost:{self.server.server_port}/store/"
            size = {"X-Linked-Size": str(len(content)), "X-Linked-ETag": f'"{sha256}"'}
            return self.answer(302, b"", {**commit, **size, "Location": store + sha256})
        git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        return self.answer(200, content, {**commit, "ETag": f'"{git}"'})

    do_GET = do_HEAD

    def answer(self, status, content, headers={}):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["HF_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HOME"] = "/nonexistent"

import huggingface_hub  # noqa: E402  (reads the variables above)
from huggingface_hub.errors import EntryNotFoundError  # noqa: E402

cache = Path(__file__).parent / "python-cache"
shutil.rmtree(cache, ignore_errors=True)
for path in FILES:
    huggingface_hub.hf_hub_download(REPOSITORY, path, cache_dir=cache)
try:
    huggingface_hub.hf_hub_download(REPOSITORY, "optional.json", cache_dir=cache)
except EntryNotFoundError:
    pass
(cache / "VERSION").write_text(f"huggingface_hub {huggingface_hub.__version__}\n")
# Not every way to copy a repository keeps links: the test makes them again.
for link in list(cache.rglob("*")):
    if link.is_symlink():
        target = os.readlink(link)
        link.unlink()
        link.write_text(target)
