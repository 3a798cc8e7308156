// A record with a real tree and real signatures, of the entries that the states show.

const bytes = (text) => new TextEncoder().encode(text);
const base64 = (array) => btoa(String.fromCharCode(...array));
const sha256 = async (...pieces) => new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(pieces).arrayBuffer()));
const commitment = async (text) => base64(await sha256(bytes(text))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const split = (count) => 2 ** (31 - Math.clz32(count - 1));

async function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  const k = split(leaves.length);
  return sha256(Uint8Array.of(1), await root(leaves.slice(0, k)), await root(leaves.slice(k)));
}
async function inclusion(m, leaves) {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...(await inclusion(m, leaves.slice(0, k))), await root(leaves.slice(k))]
    : [...(await inclusion(m - k, leaves.slice(k))), await root(leaves.slice(0, k))];
}

const present = (members) => JSON.stringify(Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null)));

async function leafOf(entry) {
  const { sequence, event, tenantId, ticketId, grantId, sessionId, method, resourceType, outcome, durationMs, actorId, subjectId, agentId, resourceId } = entry;
  const salt = "AAAAAAAAAAAAAAAAAAAAAA";
  const parts = { people: present({ salt, actorId, subjectId, agentId }), details: present({ salt, resourceId, metadata: JSON.stringify(entry.metadata ?? {}) }) };
  const leaf = present({
    sequence, atUnixMs: Date.parse(entry.at), event, tenantId, ticketId, grantId, sessionId, method, resourceType, outcome, durationMs,
    people: await commitment(parts.people), origin: await commitment("origin"), details: await commitment(parts.details),
  });
  return { leaf, parts };
}

/**
 * What a server answers about these entries, the first of which has the sequence 1.
 * @param sizes of its heads, one after the other
 * @param erased the sequence of an entry whose details were erased
 */
export async function recordOf(entries, { sizes = [entries.length], erased } = {}) {
  const name = "record.test";
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const material = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const id = (await sha256(bytes(`${name}\n`), Uint8Array.of(1), material)).slice(0, 4);
  const held = await Promise.all(entries.map(leafOf));
  if (erased !== undefined) delete held[erased - 1].parts.details;
  const leaves = await Promise.all(held.map(({ leaf }) => sha256(Uint8Array.of(0), bytes(leaf))));
  const heads = await Promise.all(sizes.map(async (size) => {
    const text = `${name}\n${size}\n${base64(await root(leaves.slice(0, size)))}\n`;
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, bytes(text)));
    return `${text}\n\u2014 ${name} ${base64(Uint8Array.of(...id, ...signature))}\n`;
  }));
  const audit = "GET /api/v1/audit";
  const proofs = await Promise.all(held.map(async (each, at) => [
    `${audit}/proof/inclusion/${at + 1}`, { ...each, hashes: (await inclusion(at, leaves)).map(base64) },
  ]));
  return {
    ...Object.fromEntries(proofs),
    [`${audit}/checkpoint`]: () => new Response(heads.length > 1 ? heads.shift() : heads[0]),
    [`${audit}/key`]: () => new Response(`${name}+${Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("")}+${base64(Uint8Array.of(1, ...material))}\n`),
  };
}
