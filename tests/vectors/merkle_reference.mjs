// RFC 9162 section 2.1 word for word, from all leaves: what the core computes from few nodes.
import { createHash } from "node:crypto";

export const sha256 = (...pieces) => pieces.reduce((hash, piece) => hash.update(piece), createHash("sha256")).digest();
export const leafHash = (entry) => sha256(Buffer.of(0), entry);
export const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** The largest power of two below a count of at least 2. */
const split = (count) => 2 ** (31 - Math.clz32(count - 1));

/** MTH, over leaves that are hashed already. */
export function root(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  const k = split(leaves.length);
  return nodeHash(root(leaves.slice(0, k)), root(leaves.slice(k)));
}

/** PATH(m, D_n) */
export function inclusion(m, leaves) {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...inclusion(m, leaves.slice(0, k)), root(leaves.slice(k))]
    : [...inclusion(m - k, leaves.slice(k)), root(leaves.slice(0, k))];
}

/** SUBPROOF(m, D_n, b) */
function subproof(m, leaves, whole) {
  if (m === leaves.length) return whole ? [] : [root(leaves)];
  const k = split(leaves.length);
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), whole), root(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), root(leaves.slice(0, k))];
}

/** PROOF(m, D_n); of nothing every tree is a continuation. */
export const consistency = (m, leaves) => (m === 0 ? [] : subproof(m, leaves, true));
