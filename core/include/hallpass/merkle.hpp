#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hallpass::merkle {

/// A node of the tree: SHA-256, raw bytes.
using Hash = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of bytes. The core has no cryptography: the caller brings it.
using Sha256 = Hash (*)(std::string_view bytes);

/// The hash of a leaf, SHA-256(0x00 || entry) (RFC 9162 section 2.1.1).
Hash leaf_hash(Sha256 sha256, std::string_view entry);
/// The hash of an inner node, SHA-256(0x01 || left || right) (RFC 9162 section 2.1.1).
Hash node_hash(Sha256 sha256, const Hash& left, const Hash& right);
/// The root over all leaves; of none, SHA-256 of nothing (RFC 9162 section 2.1.1).
/// @param leaves leaf hashes in their order
Hash root_of(Sha256 sha256, std::span<const Hash> leaves);

/// Where a node over a whole power of two of leaves stands: it covers the leaves
/// `index << level` up to, but not including, `(index + 1) << level`; a leaf has level 0.
struct Place {
    unsigned level = 0;
    std::uint64_t index = 0;
    bool operator==(const Place&) const = default;
    /// How many leaves a tree has at the moment when this node becomes whole.
    std::uint64_t whole_at() const { return (index + 1) << level; }
};

/// Trees have at most this many leaves: sizes cross into JavaScript as numbers.
inline constexpr std::uint64_t leaves_max = std::uint64_t{1} << 53;

/// The whole nodes that make up the leaves `begin` to `end` (exclusive), from the left. `begin`
/// must be a multiple of the smallest power of two that is not less than `end - begin`, as it is
/// for every subtree of RFC 9162.
std::vector<Place> places_of(std::uint64_t begin, std::uint64_t end);

/// A growing tree by its right edge alone: the roots of its whole subtrees, at most one for each
/// power of two. Appending takes O(log n) time and state, however many leaves there are.
class Frontier {
  public:
    explicit Frontier(Sha256 sha256) : sha256_(sha256) {}
    /// Of a tree that is there already. @param peaks the hashes at `places_of(0, size)`
    /// @returns nothing where their number does not fit the size
    static std::optional<Frontier> of(Sha256 sha256, std::uint64_t size, std::vector<Hash> peaks);

    /// Adds a leaf. @returns the inner nodes that became whole with it, at
    /// {1, …}, {2, …} and so on, as many as `size()` then has trailing zero bits; valid until the
    /// next call
    std::span<const Hash> append(const Hash& leaf);
    std::uint64_t size() const { return size_; }
    Hash root() const;
    const std::vector<Hash>& peaks() const { return peaks_; }

  private:
    Sha256 sha256_;
    std::uint64_t size_ = 0;
    std::vector<Hash> peaks_, completed_;
};

/// Which nodes a proof is made of: each inner list, folded from the right, is one hash of it.
using ProofPlan = std::vector<std::vector<Place>>;

/// PATH(index, D[size]) (RFC 9162 section 2.1.3.1): the proof that a leaf is part of a tree.
/// @returns nothing where `index >= size`
std::optional<ProofPlan> plan_inclusion(std::uint64_t index, std::uint64_t size);
/// PROOF(old, D[size]) (RFC 9162 section 2.1.4.1): the proof that a tree only grew. It is empty
/// for equal sizes, and for an old size of 0, of which every tree is a continuation.
/// @returns nothing where `old_size > size`
std::optional<ProofPlan> plan_consistency(std::uint64_t old_size, std::uint64_t size);

/// The hash at a place, or nothing where it is not known.
using Nodes = std::function<std::optional<Hash>(Place)>;
/// The proof's hashes in the order in which they are checked; nothing where a node is not known.
std::optional<std::vector<Hash>> proof_of(Sha256 sha256, const ProofPlan& plan, const Nodes& nodes);

/// What a check came to. X(verdict)
// clang-format off
#define HALLPASS_PROOF_VERDICTS(X)                                                       \
    X(holds)                                                                             \
    X(not_in_tree)  /* the index is not below the size */                                \
    X(shrunk)       /* the newer tree has fewer leaves than the older one */             \
    X(forked)       /* two trees of one size have different roots */                     \
    X(wrong_length) /* the proof has more or fewer hashes than its sizes ask for */      \
    X(wrong_root)   /* the proof leads to another root than the newer tree's */          \
    X(wrong_old_root) /* it leads to another root than the older tree's */
// clang-format on
enum class Verdict : std::uint8_t {
#define HALLPASS_X(verdict) verdict,
    HALLPASS_PROOF_VERDICTS(HALLPASS_X)
#undef HALLPASS_X
};
/// @returns the wire name, for example "wrong_root"
std::string_view to_string(Verdict verdict);

/// A tree as a signed head names it.
struct Head {
    std::uint64_t size = 0;
    Hash root{};
};

/// Checks that a leaf is part of a tree (RFC 9162 section 2.1.3.2).
/// @param leaf the leaf's hash, not its bytes
/// @errors not_in_tree, wrong_length, wrong_root
[[nodiscard]] Verdict check_inclusion(Sha256 sha256, const Hash& leaf, std::uint64_t index,
                                      const Head& head, std::span<const Hash> proof);
/// Checks that the newer tree begins with all leaves of the older one, in their order (RFC 9162
/// section 2.1.4.2).
/// @errors shrunk, forked, wrong_length, wrong_old_root, wrong_root
[[nodiscard]] Verdict check_consistency(Sha256 sha256, const Head& older, const Head& newer,
                                        std::span<const Hash> proof);

}  // namespace hallpass::merkle
