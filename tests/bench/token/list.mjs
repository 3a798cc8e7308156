// Prints what a status list of 1,000,000 entries costs the edge: milliseconds a refresh that brings another list
// (everything but the network: signature, claims, inflating, copying), and bytes that stay, in this fresh process
// (node --expose-gc). Half of the entries are set at random, which is the worst for size.
import { randomBytes } from "node:crypto";
import { audience, claims, issuer, jwks, makeKey, now, sign, base64url } from "../../js/issuer.mjs";
import { deflateSync } from "node:zlib";
import { ownClock } from "./turns.mjs";
import { moduleBytes } from "./module_memory.mjs";

const { createVerifier } = await import("../../../js/dist/edge.js");

const entries = 1_000_000;
const uri = "https://api.example.com/status/1";
const key = await makeKey("EdDSA");
const fill = process.argv[2] === "sparse"
  ? () => {
      const bits = Buffer.alloc(entries / 8, 0xff);
      for (let live = 0; live < 10_000; live++) bits[Math.floor(Math.random() * bits.length)] &= ~(1 << (live % 8));
      return bits;
    }
  : () => randomBytes(entries / 8);
const lists = await Promise.all(
  Array.from({ length: 30 }, (_, at) => {
    const bits = fill();
    bits[0] &= 0xfe; // the token's own entry: live
    const status_list = { bits: 1, lst: base64url(deflateSync(bits, { level: 9 })) };
    return sign(key, { sub: uri, iat: now / 1000 + at, exp: now / 1000 + 3600, status_list }, { typ: "statuslist+jwt" });
  }),
);
const token = await sign(key, claims({ status: { status_list: { idx: 0, uri } } }));
// A short list first, so that what any refresh leaves behind (compiled code, streams) is not counted as the list's.
const short = await sign(key, { sub: uri, iat: now / 1000 - 1, exp: now / 1000 + 3600, status_list: { bits: 1, lst: base64url(deflateSync(Buffer.alloc(2))) } }, { typ: "statuslist+jwt" });
let next = -20;
const fetch = async () => new Response(lists[next++] ?? short);
const verify = await createVerifier({
  issuer, audience, keys: jwks(key), now: () => now, fetch, revocation: { maxAgeSeconds: 0, maxStaleSeconds: 30 },
});
for (; next < 0; ) await verify(token);

async function timed(work) {
  const start = ownClock();
  if (!(await work()).ok) throw new Error("the token was refused");
  return ownClock() - start;
}
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) {
    global.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
};
await settle();
const bytes = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers + moduleBytes();
const before = bytes();
const times = [];
for (let round = 0; round < lists.length; round++) times.push(await timed(() => verify(token)));
await settle();
console.log(JSON.stringify({
  refresh: times.sort((a, b) => a - b)[Math.floor(times.length / 2)],
  kept: bytes() - before,
  token: lists[0].length,
}));
