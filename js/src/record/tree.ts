import { sha256 } from "@noble/hashes/sha2.js";
import text from "inlined-audit";
import { type ProofVerdict, proofVerdicts } from "../generated/constants.js";

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

/** The core's checks of proofs from the record's tree (RFC 9162), in a module of their own. */
export class TreeChecks {
  readonly #module: TreeExports;

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
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    let memory: WebAssembly.Memory | undefined;
    const hashed = (address: number, size: number, target: number): void => {
      if (memory === undefined) return;
      const all = new Uint8Array(memory.buffer);
      all.set(sha256(all.subarray(address, address + size)), target);
    };
    const { instance } = await WebAssembly.instantiate(bytes, { hallpass: { sha256: hashed } });
    const module = instance.exports as unknown as TreeExports;
    memory = module.memory;
    module._initialize?.();
    return new TreeChecks(module);
  }

  /** The hash of a leaf by its bytes (RFC 9162 section 2.1.1). */
  leafHash(leaf: Uint8Array): Uint8Array {
    this.#put(leaf.length, [leaf]);
    const address = this.#module.hp_leaf_hash(leaf.length);
    return new Uint8Array(this.#module.memory.buffer).slice(address, address + hashBytes);
  }

  /** Whether a leaf is part of a tree (RFC 9162 section 2.1.3.2). @param leaf its hash */
  inclusion(leaf: Uint8Array, index: number, head: TreeHead, proof: readonly Uint8Array[]): ProofVerdict {
    if (!this.#putHashes([leaf, head.root, ...proof])) return "wrong_length";
    return this.#verdict(this.#module.hp_inclusion(index, head.size, proof.length + 2));
  }

  /** Whether a tree only grew (RFC 9162 section 2.1.4.2). */
  consistency(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): ProofVerdict {
    if (!this.#putHashes([older.root, newer.root, ...proof])) return "wrong_length";
    return this.#verdict(this.#module.hp_consistency(older.size, newer.size, proof.length + 2));
  }

  #putHashes(hashes: readonly Uint8Array[]): boolean {
    if (hashes.length > maxHashes || hashes.some(({ length }) => length !== hashBytes)) return false;
    this.#put(hashes.length * hashBytes, hashes);
    return true;
  }

  #put(size: number, pieces: readonly Uint8Array[]): void {
    let at = this.#module.hp_input(size);
    const all = new Uint8Array(this.#module.memory.buffer); // memory may have grown
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
  }

  #verdict(number: number): ProofVerdict {
    return proofVerdicts[number] ?? "not_in_tree";
  }
}
