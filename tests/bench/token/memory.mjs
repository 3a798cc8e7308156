// Prints the bytes that 10,000 cached tokens take, in the heap and in the module's memory, in this fresh process
// (node --expose-gc). Tokens are made beforehand and let go of, so that only what the cache keeps is left.
import { audience, claims, issuer, jwks, makeKey, now, sign } from "../../js/issuer.mjs";
import { moduleBytes } from "./module_memory.mjs";

const { createVerifier } = await import("../../../js/dist/edge.js");

const count = 10_000;
const key = await makeKey("HS256");
const verify = await createVerifier({ issuer, audience, keys: jwks(key), now: () => now });

async function verifyOnes(from, to) {
  for (let at = from; at < to; at++) {
    const id = String(at).padStart(6, "0");
    const token = await sign(key, claims({
      sub: `user_${id}`, jti: `tok_${id}_4f1c9a`, sid: `ses_${id}_7be2`, grant_id: `gr_${id}_11d0`,
      status: { status_list: { idx: at, uri: "https://api.example.com/status/1" } },
    }));
    if (!(await verify(token)).ok) throw new Error("a token was refused");
  }
}
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) {
    global.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const revoked = await createVerifier({ issuer, audience, keys: jwks(key), now: () => now, cacheSize: 0 });
for (let at = 0; at < 200; at++) await revoked(await sign(key, claims()));
await settle();
const before = { heap: process.memoryUsage().heapUsed, module: moduleBytes() };
await verifyOnes(0, count);
await settle();
console.log(JSON.stringify({
  heap: process.memoryUsage().heapUsed - before.heap,
  module: moduleBytes() - before.module,
  kept: (await verify(await sign(key, claims()))).ok,
}));
