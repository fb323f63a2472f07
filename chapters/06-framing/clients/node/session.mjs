// A session of the package `ioredis` with the server at a port of this machine.
//
// It asks for INFO before it begins, and begins when the answer says that nothing is loading.

import assert from "node:assert/strict";
import { Redis } from "ioredis";

const redis = new Redis({ port: Number(process.argv[2]), maxRetriesPerRequest: 0, retryStrategy: () => null });

assert.equal(await redis.ping(), "PONG");
await redis.del("node:city", "node:n");
assert.equal(await redis.get("node:city"), null);
assert.equal(await redis.set("node:city", "Paris"), "OK");
assert.equal(await redis.set("node:city", "Rome", "NX"), null);
assert.equal(await redis.set("node:soon", Buffer.from([0, 13, 10, 255]), "EX", 100), "OK");
assert.deepEqual(await redis.getBuffer("node:soon"), Buffer.from([0, 13, 10, 255]));
assert.equal(await redis.exists("node:city", "node:city", "node:gone"), 2);
assert.match(await redis.info("replication"), /^role:master\r$/m);
await assert.rejects(redis.call("FLY", "me"), /unknown command 'FLY'/);

const pipeline = redis.pipeline();
for (let n = 0; n < 10_000; n++) pipeline.incr("node:n");
const replies = await pipeline.exec();
assert.deepEqual(replies[9_999], [null, 10_000]);
assert.equal(await redis.quit(), "OK");

console.log("ioredis: ok");
