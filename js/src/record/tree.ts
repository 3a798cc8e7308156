import text from "inlined-audit";
import { type ProofVerdict, proofVerdicts } from "../generated/constants.js";
import { fromBase64, sha256 } from "./bytes.js";

/** A tree as a head names it. */
export interface TreeHead {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

const hashBytes = 32;
/** What the server answers fits many times; nobody makes the module's memory larger than this. */
const maxHashes = 256;

/** The exports of audit.wasm (wasm/audit_abi.cpp). */
interface TreeExports {
  readonly memory: WebAssembly.Memory;
  _initialize?(): void;
  hp_input(size: number): number;
  hp_leaf_hash(size: number): number;
  hp_inclusion(index: number, size: number, hashes: number): number;
  hp_consistency(oldSize: number, size: number, hashes: number): number;
}

let loading: Promise<TreeChecks> | undefined;

/** One run of a check: the digests that are known, in the order in which it asks for them. */
interface Run {
  readonly digests: Uint8Array[];
  asked: number;
  /** What it asked for first that is not known. */
  missing: Uint8Array<ArrayBuffer> | null;
}

/** What the module's host has in mind: who is asking, and all of memory as bytes. */
interface Host {
  run: Run;
  all: Uint8Array<ArrayBuffer>;
}

/**
 * The core's checks of proofs from the record's tree (RFC 9162), in a module of their own. SHA-256 is WebCrypto's, which
 * answers later, whereas the module wants its digests at once: a check runs until one is not known, and once more, from its
 * beginning, when it is. What it asks for depends on sizes and places alone, so the n-th question is the same each time.
 */
export class TreeChecks {
  readonly #module: TreeExports;
  readonly #host: Host;

  private constructor(module: TreeExports, host: Host) {
    this.#module = module;
    this.#host = host;
  }

  /** Instantiates the module, once. Where that fails, the next call tries again. */
  static load(): Promise<TreeChecks> {
    loading ??= TreeChecks.#instantiate().catch((cause: unknown) => {
      loading = undefined;
      throw cause;
    });
    return loading;
  }

  static async #instantiate(): Promise<TreeChecks> {
    const bytes = fromBase64(text) ?? new Uint8Array();
    const host = { run: newRun(), all: new Uint8Array() };
    const imports = {
      sha256: (address: number, size: number, target: number): void => {
        const digest = host.run.digests[host.run.asked++];
        if (digest !== undefined) allOf(host, module).set(digest, target);
        else host.run.missing ??= allOf(host, module).slice(address, address + size); // what comes after it is of no use
      },
    };
    const { instance } = await WebAssembly.instantiate(bytes, { hallpass: imports });
    const module = instance.exports as unknown as TreeExports;
    module._initialize?.();
    return new TreeChecks(module, host);
  }

  /** The hash of a leaf by its bytes (RFC 9162 section 2.1.1). */
  leafHash(leaf: Uint8Array): Promise<Uint8Array> {
    return this.#run(leaf, () => {
      const address = this.#module.hp_leaf_hash(leaf.length);
      return allOf(this.#host, this.#module).slice(address, address + hashBytes);
    });
  }

  /** Whether a leaf is part of a tree, by the leaf's bytes. */
  async entry(leaf: Uint8Array, index: number, head: TreeHead, proof: readonly Uint8Array[]): Promise<ProofVerdict> {
    return this.inclusion(await this.leafHash(leaf), index, head, proof);
  }

  /** Whether a leaf is part of a tree (RFC 9162 section 2.1.3.2). @param leaf its hash */
  async inclusion(leaf: Uint8Array, index: number, head: TreeHead, proof: readonly Uint8Array[]): Promise<ProofVerdict> {
    const hashes = joined([leaf, head.root, ...proof]);
    if (hashes === null) return "wrong_length";
    return this.#verdict(hashes, () => this.#module.hp_inclusion(index, head.size, proof.length + 2));
  }

  /** Whether a tree only grew (RFC 9162 section 2.1.4.2). */
  async consistency(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): Promise<ProofVerdict> {
    const hashes = joined([older.root, newer.root, ...proof]);
    if (hashes === null) return "wrong_length";
    return this.#verdict(hashes, () => this.#module.hp_consistency(older.size, newer.size, proof.length + 2));
  }

  async #verdict(hashes: Uint8Array, call: () => number): Promise<ProofVerdict> {
    const number = await this.#run(hashes, call);
    return proofVerdicts[number] ?? "not_in_tree";
  }

  /** Other checks may run while this one waits: it puts its input there each time. */
  async #run<T>(input: Uint8Array, check: () => T): Promise<T> {
    const run = newRun();
    for (;;) {
      run.asked = 0;
      run.missing = null;
      this.#host.run = run;
      const at = this.#module.hp_input(input.length);
      allOf(this.#host, this.#module).set(input, at);
      const found = check();
      const missing = missingOf(run);
      if (missing === null) return found;
      run.digests.push(await sha256(missing));
    }
  }
}

/** Memory that grew has a new buffer; what looked at the old one is empty. */
function allOf(host: Host, { memory }: TreeExports): Uint8Array<ArrayBuffer> {
  if (host.all.length === 0) host.all = new Uint8Array(memory.buffer);
  return host.all;
}

const newRun = (): Run => ({ digests: [], asked: 0, missing: null });

/** Read through a function: the compiler does not know that the module asks while it runs. */
const missingOf = ({ missing }: Run): Uint8Array<ArrayBuffer> | null => missing;

/** Hashes one after the other; null where one is none, or there are too many. */
function joined(hashes: readonly Uint8Array[]): Uint8Array | null {
  if (hashes.length > maxHashes || hashes.some(({ length }) => length !== hashBytes)) return null;
  const all = new Uint8Array(hashes.length * hashBytes);
  hashes.forEach((hash, at) => all.set(hash, at * hashBytes));
  return all;
}
