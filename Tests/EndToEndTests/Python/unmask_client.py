"""A client of Unmask's native protocol: keeps the window, sends again what was not acknowledged."""

import socket
import time

import unmask_wire as wire


class ConnectionEnded(Exception):
    """The collector closed the connection; `code` and `message` say why, where it said so."""

    def __init__(self, kind, code=0, message=""):
        super().__init__(f"{kind} {code}: {message}")
        self.kind = kind
        self.code = code
        self.message = message


class Client:
    def __init__(self, port, instance, token="", name="python/1", host="127.0.0.1"):
        self.address = (host, port)
        self.greeting = wire.frame(wire.HELLO, wire.hello(name, instance, token))
        self.sequence = 0
        self.waiting = {}  # sequence to frame, in the order of sending
        self.acks = []
        self.pongs = []
        self.resends = 0
        self.socket = None

    def connect(self):
        """Says Hello, and sends once more whatever waits for its Ack."""
        self.buffer = bytearray()
        self.socket = socket.create_connection(self.address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(self.greeting)
        kind, payload = self.next_frame()
        if kind != wire.WELCOME:
            raise ConnectionEnded("unexpected", kind)
        self.welcome = wire.read_welcome(payload)
        for frame in self.waiting.values():
            self.resends += 1
            self.socket.sendall(frame)

    def drop(self):
        """Loses the connection, as a network does."""
        self.socket.close()

    def send(self, spans, compressed=False):
        """Sends one batch under the next sequence; first waits for room in the window."""
        self.sequence += 1
        frame = wire.frame(wire.BATCH, wire.batch(self.sequence, spans), compressed)
        while self.waiting and not self.has_room(frame):
            self.take_frame()
        self.waiting[self.sequence] = frame
        self.socket.sendall(frame)
        return self.sequence

    def has_room(self, frame):
        size = sum(map(len, self.waiting.values())) + len(frame)
        return len(self.waiting) < self.welcome["window_batches"] and size <= self.welcome["window_bytes"]

    def ping(self, nonce):
        self.socket.sendall(wire.frame(wire.PING, wire.ping(nonce)))
        while nonce not in self.pongs:
            self.take_frame()

    def drain(self):
        """Waits until every batch has its Ack."""
        while self.waiting:
            self.take_frame()

    def goodbye(self):
        """Ends as planned; gives the collector's Goodbye."""
        self.drain()
        self.socket.sendall(wire.frame(wire.GOODBYE))
        try:
            while True:
                self.take_frame()
        except ConnectionEnded as end:
            self.socket.close()
            return end

    def take_frame(self):
        kind, payload = self.next_frame()
        if kind == wire.ACK:
            self.take_ack(wire.read_ack(payload))
        elif kind == wire.PONG:
            self.pongs.append(wire.read_pong(payload))

    def take_ack(self, ack):
        # An Ack that can't name its batch speaks of the oldest one.
        sequence = ack["sequence"] or next(iter(self.waiting))
        self.acks.append(ack)
        frame = self.waiting.pop(sequence)
        if ack["result"] == wire.RETRY_LATER:
            time.sleep(ack["retry_milliseconds"] / 1000)
            self.waiting[sequence] = frame
            self.resends += 1
            self.socket.sendall(frame)

    def next_frame(self):
        while True:
            found = wire.first_frame(self.buffer)
            if found:
                kind, payload, length = found
                del self.buffer[:length]
                if kind in (wire.GOODBYE, wire.ERROR):
                    end = wire.read_end(payload)
                    raise ConnectionEnded("goodbye" if kind == wire.GOODBYE else "error", end["code"], end["message"])
                return kind, payload
            received = self.socket.recv(1 << 16)
            if not received:
                raise ConnectionEnded("closed")
            self.buffer += received
