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
  hp_fields(): number;
  hp_begin(): void;
  hp_digest(): number;
  hp_leaf_hash(size: number): number;
  hp_inclusion(index: number, size: number, hashes: number): number;
  hp_consistency(oldSize: number, size: number, hashes: number): number;
}

let loading: Promise<TreeChecks> | undefined;

/** What a call gives that needs a digest first. */
const digestWanted = -2;
/** Where the result fields' words begin (wasm/exchange.hpp). */
const firstWord = 64;

/**
 * The core's checks of proofs from the record's tree (RFC 9162), in a module of their own, one after the other. SHA-256 is
 * WebCrypto's, which answers later: the module says what it wants hashed, and is called again with the digest.
 */
export class TreeChecks {
  readonly #module: TreeExports;
  #all = new Uint8Array();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(module: TreeExports) {
    this.#module = module;
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
    const { instance } = await WebAssembly.instantiate(fromBase64(text) ?? new Uint8Array());
    const module = instance.exports as unknown as TreeExports;
    module._initialize?.();
    return new TreeChecks(module);
  }

  /** The hash of a leaf by its bytes (RFC 9162 section 2.1.1). */
  leafHash(leaf: Uint8Array): Promise<Uint8Array> {
    return this.#inTurn(leaf, () => this.#module.hp_leaf_hash(leaf.length), (address) => this.#bytes().slice(address, address + hashBytes));
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

  #verdict(hashes: Uint8Array, call: () => number): Promise<ProofVerdict> {
    return this.#inTurn(hashes, call, (number) => proofVerdicts[number] ?? "not_in_tree");
  }

  /** The module has one input and the digests of one check: the next one waits. */
  #inTurn<T>(input: Uint8Array, call: () => number, read: (answer: number) => T): Promise<T> {
    const turn = this.#turn.then(async () => read(await this.#answer(input, call)));
    this.#turn = turn.catch(() => {}); // whoever asked hears of it
    return turn;
  }

  async #answer(input: Uint8Array, call: () => number): Promise<number> {
    const module = this.#module;
    const at = module.hp_input(input.length);
    this.#bytes().set(input, at);
    module.hp_begin();
    for (;;) {
      const answer = call();
      if (answer !== digestWanted) return answer;
      const words = new DataView(module.memory.buffer, module.hp_fields() + firstWord);
      const [address, size] = [words.getUint32(0, true), words.getUint32(4, true)];
      const digest = await sha256(this.#bytes().slice(address, address + size));
      const place = module.hp_digest();
      this.#bytes().set(digest, place);
    }
  }

  /** All of memory. Memory that grew has a new buffer; what looked at the old one is empty. */
  #bytes(): Uint8Array<ArrayBuffer> {
    if (this.#all.length === 0) this.#all = new Uint8Array(this.#module.memory.buffer);
    return this.#all;
  }
}

/** Hashes one after the other; null where one is none, or there are too many. */
function joined(hashes: readonly Uint8Array[]): Uint8Array | null {
  if (hashes.length > maxHashes || hashes.some(({ length }) => length !== hashBytes)) return null;
  const all = new Uint8Array(hashes.length * hashBytes);
  hashes.forEach((hash, at) => all.set(hash, at * hashBytes));
  return all;
}
