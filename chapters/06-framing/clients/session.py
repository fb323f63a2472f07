"""Sessions of the package `redis` with the server at a port of this machine, in both versions of RESP.

The third is the default since version 8 of the package, which does without no longer.
"""

import sys

import redis

for protocol in (2, 3):
    r = redis.Redis(port=int(sys.argv[1]), client_name="py", protocol=protocol, socket_timeout=30)
    assert r.ping()
    assert r.client_getname() in ("py", b"py")
    r.delete("py:city", "py:n")
    assert r.get("py:city") is None
    assert r.set("py:city", "Paris")
    assert r.set("py:city", "Rome", nx=True) is None
    assert r.set("py:soon", b"\x00\r\n\xff", ex=100)
    assert r.get("py:soon") == b"\x00\r\n\xff"
    assert r.exists("py:city", "py:city", "py:gone") == 2
    assert r.incr("py:n") == 1
    assert r.echo("hello") == b"hello"
    assert r.config_get("save") == {"save": ""}
    try:
        r.execute_command("FLY", "me")
        raise AssertionError("FLY is no command")
    except redis.ResponseError as error:
        assert str(error).startswith("unknown command 'FLY'"), error

    # The package sends all of a pipeline before it reads the first reply.
    pipeline = r.pipeline(transaction=False)
    for _ in range(200_000):
        pipeline.incr("py:n")
    assert pipeline.execute()[-1] == 200_001

    # More replies than a server likes to keep, before the first of them is read.
    value = b"x" * 100
    r.set("py:long", value)
    pipeline = r.pipeline(transaction=False)
    for _ in range(400_000):
        pipeline.get("py:long")
    assert pipeline.execute() == [value] * 400_000
    r.connection_pool.disconnect()

print("redis-py: ok")
