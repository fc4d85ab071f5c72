"""A listener on loopback, where the payloads point the server to."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field

HOST, PORT = "127.0.0.1", 18888
# what a test says to find out that knocks are heard
KNOCK = b"a test knocks"
_TRIES = 100


@dataclass
class Listener:
    """`heard`: the beginning of what each visitor said."""

    server: socket.socket
    heard: list[bytes] = field(default_factory=list)
    knocked: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def on_loopback(cls, port: int = PORT) -> Listener:
        """0 for a port that is free."""
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # the other process of the run listens there too, and hears what we do not
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((HOST, port))
        server.listen()
        found = cls(server)
        threading.Thread(target=found._listen, daemon=True).start()
        return found

    @property
    def port(self) -> int:
        return int(self.server.getsockname()[1])

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self.server.accept()
                self._hear(visitor)

    def _hear(self, visitor: socket.socket) -> None:
        """Whoever says nothing was there too."""
        said = b""
        with visitor, contextlib.suppress(OSError):
            visitor.settimeout(1)
            said = visitor.recv(200)
        if said == KNOCK:
            self.knocked.set()
        else:
            self.heard.append(said)

    def hears(self) -> bool:
        """One of so many knocks is for us."""
        for _ in range(_TRIES):
            with socket.create_connection((HOST, self.port), 2) as door:
                door.sendall(KNOCK)
            if self.knocked.wait(0.05):
                return True
        return False

    def stop(self) -> None:
        # a blocked accept() is only woken by a shutdown
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
