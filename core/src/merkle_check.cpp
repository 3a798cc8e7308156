// The two checks of RFC 9162, step by step as its sections 2.1.3.2 and 2.1.4.2 have them.
#include "hallpass/merkle.hpp"
#include "wire_names.hpp"

namespace hallpass::merkle {
namespace {

constexpr char verdict_names[] =
#define HALLPASS_X(verdict) HALLPASS_NAME(verdict)
    HALLPASS_PROOF_VERDICTS(HALLPASS_X);
#undef HALLPASS_X

/// The way from a node up to the root: `fn` and `sn` of the standard, the node's own index and that
/// of the last node on its level.
struct Climb {
    std::uint64_t node, last;

    bool node_is_right() const { return (node & 1) != 0 || node == last; }
    /// To where the node is a right child for the last time before its level has it as a left one.
    void skip_levels_without_sibling() {
        while ((node & 1) == 0 && node != 0) up();
    }
    void up() {
        node >>= 1;
        last >>= 1;
    }
    /// Hashes the siblings into `root`, and those on the left also into `old_root` where it is
    /// given.
    /// @returns whether there are as many of them as the way has
    bool to_root(Sha256 sha256, std::span<const Hash> siblings, Hash& root, Hash* old_root) {
        for (const auto& sibling : siblings) {
            if (last == 0) return false;
            if (node_is_right()) {
                if (old_root != nullptr) *old_root = node_hash(sha256, sibling, *old_root);
                root = node_hash(sha256, sibling, root);
                skip_levels_without_sibling();
            } else {
                root = node_hash(sha256, root, sibling);
            }
            up();
        }
        return last == 0;
    }
};

}  // namespace

std::string_view to_string(Verdict verdict) { return name_in(verdict_names, verdict); }

Verdict check_inclusion(Sha256 sha256, const Hash& leaf, std::uint64_t index, const Head& head,
                        std::span<const Hash> proof) {
    if (index >= head.size) return Verdict::not_in_tree;
    Climb climb{index, head.size - 1};
    Hash root = leaf;
    if (!climb.to_root(sha256, proof, root, nullptr)) return Verdict::wrong_length;
    return root == head.root ? Verdict::holds : Verdict::wrong_root;
}

Verdict check_consistency(Sha256 sha256, const Head& older, const Head& newer,
                          std::span<const Hash> proof) {
    if (older.size > newer.size) return Verdict::shrunk;
    if (older.size == newer.size || older.size == 0) {
        if (!proof.empty()) return Verdict::wrong_length;
        if (older.size == newer.size) {
            return older.root == newer.root ? Verdict::holds : Verdict::forked;
        }
        return older.root == sha256({}) ? Verdict::holds : Verdict::wrong_old_root;
    }
    Climb climb{older.size - 1, newer.size - 1};
    while ((climb.node & 1) != 0) climb.up();
    // Where the old tree is one whole node, its root is where the climb begins, and is left out.
    const bool whole = (older.size & (older.size - 1)) == 0;
    if (!whole && proof.empty()) return Verdict::wrong_length;
    Hash old_root = whole ? older.root : proof.front();
    Hash root = old_root;
    if (!climb.to_root(sha256, proof.subspan(whole ? 0 : 1), root, &old_root)) {
        return Verdict::wrong_length;
    }
    if (old_root != older.root) return Verdict::wrong_old_root;
    return root == newer.root ? Verdict::holds : Verdict::wrong_root;
}

}  // namespace hallpass::merkle
