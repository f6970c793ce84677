"""The Autobahn suite with more patience than it has by itself.

Its limits suit a machine that does nothing else. Here its Python is interpreted beside other tests, and a case that is
only slow must not count as one that failed. An answer that never comes still ends in a failure, only later.
"""
from autobahntestsuite import fuzzing, wstest
from autobahn import websocket
from twisted.internet import task

HANDSHAKE_SECONDS = 60
FACTOR = 5
# Shorter waits of the suite are not limits: it expects that nothing comes meanwhile.
SHORTEST_LIMIT = 10


def wait_longer(name, shortest):
    original = getattr(fuzzing.FuzzingProtocol, name).im_func

    def patient(self, seconds):
        original(self, seconds * FACTOR if seconds >= shortest else seconds)

    setattr(fuzzing.FuzzingProtocol, name, patient)


def allow_slow_handshakes(factory):
    original = factory.resetProtocolOptions.im_func

    def patient(self):
        original(self)
        self.openHandshakeTimeout = HANDSHAKE_SECONDS
        self.closeHandshakeTimeout = HANDSHAKE_SECONDS
        self.serverConnectionDropTimeout = HANDSHAKE_SECONDS

    factory.resetProtocolOptions = patient


wait_longer('killAfter', 0)
wait_longer('closeAfter', SHORTEST_LIMIT)
allow_slow_handshakes(websocket.WebSocketServerFactory)
allow_slow_handshakes(websocket.WebSocketClientFactory)
# Its event loop looks at its connections at least this often, whatever the emulation of sockets told it.
task.LoopingCall(lambda: None).start(1)
wstest.run()
