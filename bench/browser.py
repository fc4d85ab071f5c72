"""A lean HTTP/1.1 client on one kept connection: what is measured is the server."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, quote_plus

# of a long text it takes as long as a page
_quoted = lru_cache(maxsize=1000)(quote_plus)


@dataclass(frozen=True, slots=True)
class Reply:
    """`size` counts every octet that came, headers included."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Browser:
    """One visitor: one connection, one cookie jar."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _socket: socket.socket | None = None
    _buffer: bytes = b""

    def get(self, path: str, *, partial: bool = False) -> Reply:
        return self.request("GET", path, b"", partial=partial)

    def post(
        self, path: str, fields: list[tuple[str, str]], *, partial: bool = False
    ) -> Reply:
        pairs = [("csrfmiddlewaretoken", self.cookies.get("csrf", "")), *fields]
        body = "&".join(f"{_quoted(n)}={_quoted(v)}" for n, v in pairs).encode()
        return self.request("POST", path, body, partial=partial)

    def sign_in(self, uid: str, password: str) -> Reply:
        """The form as a person sends it; the reply is the redirect."""
        self.get("/connexion/")
        return self.send_password(uid, password)

    def send_password(self, uid: str, password: str) -> Reply:
        """The second half, when the form is open already."""
        return self.post("/connexion/", [("username", uid), ("password", password)])

    def follow(self, reply: Reply) -> Reply:
        """Where the redirects lead."""
        while reply.status in {301, 302, 303}:
            reply = self.get(reply.headers["location"])
        return reply

    def request(self, method: str, path: str, body: bytes, *, partial: bool) -> Reply:
        for last in (False, True):
            try:
                self._connection().sendall(self._head(method, path, body, partial))
                return self._reply()
            except (ConnectionError, EOFError):
                self.close()
                if last:
                    raise
        raise AssertionError("unreachable")

    def _head(self, method: str, path: str, body: bytes, partial: bool) -> bytes:
        lines = [
            f"{method} {quote(path, safe='/?&=%~@+:')} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            "Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
        ]
        if partial:
            lines.append("HX-Request: true")
        if method == "POST":
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _connection(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), 30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._buffer = b""
        return self._socket

    def _more(self) -> None:
        data = self._connection().recv(262144)
        if not data:
            raise EOFError
        self._buffer += data

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._buffer:
            self._more()
        piece, _, self._buffer = self._buffer.partition(mark)
        return piece

    def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more()
        piece, self._buffer = self._buffer[:count], self._buffer[count:]
        return piece

    def _reply(self) -> Reply:
        head = self._until(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                self._keep(value)
            else:
                headers[name.lower()] = value
        body = self._body(headers)
        if headers.get("connection") == "close":
            self.close()
        status = int(first.split(" ", 2)[1])
        return Reply(status, headers, body, len(head) + 4 + len(body))

    def _body(self, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return self._exactly(int(headers["content-length"]))
        if headers.get("transfer-encoding") != "chunked":
            return b""
        pieces = []
        while size := int(self._until(b"\r\n"), 16):
            pieces.append(self._exactly(size))
            self._exactly(2)
        self._until(b"\r\n")
        return b"".join(pieces)

    def _keep(self, cookie: str) -> None:
        name, _, rest = cookie.partition("=")
        value = rest.partition(";")[0]
        if value in {"", '""'}:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None
