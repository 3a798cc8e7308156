// Writes merkle.json: proofs of the reference tree of Certificate Transparency (RFC 6962), as the standard has them and changed,
// with what their check must come to. Usage: node make-merkle.mjs
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { consistency, inclusion, leafHash, root } from "./merkle_reference.mjs";

const entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
/** As they were published. */
const roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const leaves = entries.map((entry) => leafHash(Buffer.from(entry, "hex")));
roots.forEach((published, size) => assert.equal(root(leaves.slice(0, size)).toString("hex"), published));

const hex = (hash) => hash.toString("hex");
const flipped = (hash) => `${hash.slice(0, -1)}${hash.endsWith("0") ? "1" : "0"}`;
const proofs = { inclusion: [], consistency: [] };

for (let size = 1; size <= entries.length; size++) {
  for (let index = 0; index < size; index++) {
    const good = {
      name: `${index} in ${size}`, leaf: hex(leaves[index]), index, size, root: roots[size],
      proof: inclusion(index, leaves.slice(0, size)).map(hex), expect: "holds",
    };
    const { proof } = good;
    const changed = (name, change, expect) => proofs.inclusion.push({ ...good, name: `${good.name}, ${name}`, ...change, expect });
    proofs.inclusion.push(good);
    changed("another leaf", { leaf: flipped(good.leaf) }, "wrong_root");
    changed("another root", { root: flipped(good.root) }, "wrong_root");
    changed("a hash too many", { proof: [...proof, roots[1]] }, "wrong_length");
    changed("beyond the tree", { index: size }, "not_in_tree");
    if (proof.length === 0) continue;
    changed("a hash missing", { proof: proof.slice(1) }, "wrong_length");
    changed("another first hash", { proof: [flipped(proof[0]), ...proof.slice(1)] }, "wrong_root");
    changed("another last hash", { proof: [...proof.slice(0, -1), flipped(proof.at(-1))] }, "wrong_root");
  }
}
for (let size = 0; size <= entries.length; size++) {
  for (let oldSize = 0; oldSize <= size; oldSize++) {
    const good = {
      name: `${oldSize} to ${size}`, oldSize, oldRoot: roots[oldSize], size, root: roots[size],
      proof: consistency(oldSize, leaves.slice(0, size)).map(hex), expect: "holds",
    };
    const { proof } = good;
    const changed = (name, change, expect) => proofs.consistency.push({ ...good, name: `${good.name}, ${name}`, ...change, expect });
    proofs.consistency.push(good);
    const same = oldSize === size;
    const before = oldSize === 0 || (oldSize & (oldSize - 1)) !== 0 ? "wrong_old_root" : null;
    changed("another root", { root: flipped(good.root) }, same ? "forked" : oldSize === 0 ? "holds" : "wrong_root");
    if (same || before !== null) changed("another old root", { oldRoot: flipped(good.oldRoot) }, same ? "forked" : before);
    changed("a hash too many", { proof: [...proof, roots[1]] }, "wrong_length");
    if (size > oldSize) changed("the wrong way round", { oldSize: size, oldRoot: good.root, size: oldSize, root: good.oldRoot }, "shrunk");
    if (proof.length > 0) changed("a hash missing", { proof: proof.slice(0, -1) }, "wrong_length");
  }
}
const lines = (list) => list.map((each) => `  ${JSON.stringify(each)}`).join(",\n");
writeFileSync(
  new URL("merkle.json", import.meta.url),
  `{\n "entries": ${JSON.stringify(entries)},\n "roots": [\n${lines(roots)}\n ],\n` +
    ` "inclusion": [\n${lines(proofs.inclusion)}\n ],\n "consistency": [\n${lines(proofs.consistency)}\n ]\n}\n`,
);
