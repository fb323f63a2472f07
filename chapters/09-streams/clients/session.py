"""Sessions of the package `redis` with the server at a port of this machine, in both versions of RESP."""

import sys

import redis

for protocol in (2, 3):
    r = redis.Redis(port=int(sys.argv[1]), protocol=protocol, socket_timeout=30, decode_responses=True)
    p = r.pubsub()
    p.subscribe("py:a")
    p.psubscribe("py:[b-d]")

    def hears(kind, channel, data, pattern=None):
        message = p.get_message(timeout=30)
        assert message == {"type": kind, "pattern": pattern, "channel": channel, "data": data}, message

    hears("subscribe", "py:a", 1)
    hears("psubscribe", "py:[b-d]", 2)
    assert r.publish("py:a", "one") == 1
    assert r.publish("py:c", "two") == 1
    assert r.publish("py:e", "three") == 0
    hears("message", "py:a", "one")
    hears("pmessage", "py:c", "two", "py:[b-d]")
    assert r.pubsub_channels("py:*") == ["py:a"]
    assert [list(pair) if isinstance(pair, tuple) else pair for pair in r.pubsub_numsub("py:a", "py:x")] == [["py:a", 1], ["py:x", 0]]
    assert r.pubsub_numpat() == 1

    # What `health_check_interval` sends. (In RESP3, the package takes the reply for a message.)
    if protocol == 2:
        p.ping("there?")
        message = p.get_message(timeout=30)
        assert message["type"] == "pong" and message["data"] == "there?", message

    pipeline = r.pipeline(transaction=False)
    for n in range(20_000):
        pipeline.publish("py:a", n)
    assert pipeline.execute() == [1] * 20_000
    for n in range(20_000):
        hears("message", "py:a", str(n))

    # A handler in a thread of its own, and its end.
    heard = []
    p.unsubscribe("py:a")
    hears("unsubscribe", "py:a", 1)
    p.punsubscribe()
    hears("punsubscribe", "py:[b-d]", 0)
    p.subscribe(**{"py:h": lambda message: heard.append(message["data"])})
    thread = p.run_in_thread(sleep_time=0.01)
    while r.publish("py:h", "x") == 0 or not heard:
        pass
    thread.stop()
    thread.join()
    assert heard[0] == "x"
    r.connection_pool.disconnect()

print("redis-py: ok")
