#pragma once

#include <openssl/evp.h>

#include <bit>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "hallpass/merkle.hpp"

/// RFC 9162 section 2.1 word for word: what the core computes from few nodes, from all leaves.
namespace hallpass::merkle::reference {

inline Hash sha256(std::string_view bytes) {
    // Fetched once: looking it up takes longer than hashing a node.
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    static EVP_MD_CTX* const context = EVP_MD_CTX_new();
    Hash hash;
    if (EVP_DigestInit_ex2(context, algorithm, nullptr) != 1 ||
        EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context, hash.data(), nullptr) != 1) {
        std::abort();
    }
    return hash;
}

using Leaves = std::span<const Hash>;
using Hashes = std::vector<Hash>;

inline std::size_t split(Leaves leaves) { return std::bit_floor(leaves.size() - 1); }

/// MTH, with leaves that are hashed already.
inline Hash root(Leaves leaves) {
    if (leaves.empty()) return sha256({});
    if (leaves.size() == 1) return leaves[0];
    const auto k = split(leaves);
    return node_hash(sha256, root(leaves.first(k)), root(leaves.subspan(k)));
}

inline Hashes with(Hashes hashes, const Hash& last) {
    hashes.push_back(last);
    return hashes;
}

/// PATH(m, D_n)
inline Hashes inclusion(std::size_t m, Leaves leaves) {
    if (leaves.size() == 1) return {};
    const auto k = split(leaves);
    if (m < k) return with(inclusion(m, leaves.first(k)), root(leaves.subspan(k)));
    return with(inclusion(m - k, leaves.subspan(k)), root(leaves.first(k)));
}

/// SUBPROOF(m, D_n, b)
inline Hashes subproof(std::size_t m, Leaves leaves, bool whole) {
    if (m == leaves.size()) return whole ? Hashes{} : Hashes{root(leaves)};
    const auto k = split(leaves);
    if (m <= k) return with(subproof(m, leaves.first(k), whole), root(leaves.subspan(k)));
    return with(subproof(m - k, leaves.subspan(k), false), root(leaves.first(k)));
}

/// PROOF(m, D_n)
inline Hashes consistency(std::size_t m, Leaves leaves) { return subproof(m, leaves, true); }

/// A tree with all of its whole nodes.
class Tree {
  public:
    explicit Tree(std::size_t leaves_expected) {
        for (auto size = leaves_expected; size > 0; size /= 2) levels_.emplace_back().reserve(size);
    }
    void append(const Hash& leaf) {
        levels_[0].push_back(leaf);
        unsigned level = 1;
        for (const auto& node : frontier_.append(leaf)) levels_[level++].push_back(node);
    }
    std::optional<Hash> at(Place place) const {
        if (place.level >= levels_.size() || place.index >= levels_[place.level].size()) {
            return std::nullopt;
        }
        return levels_[place.level][place.index];
    }
    Nodes nodes() const {
        return [this](Place place) { return at(place); };
    }
    /// The head that the tree had at a size.
    Head head(std::uint64_t size) const {
        Hashes peaks;
        for (const auto& place : places_of(0, size)) peaks.push_back(*at(place));
        return {size, Frontier::of(sha256, size, peaks)->root()};
    }
    Hashes inclusion(std::uint64_t index, std::uint64_t size) const {
        return *proof_of(sha256, *plan_inclusion(index, size), nodes());
    }
    Hashes consistency(std::uint64_t old_size, std::uint64_t size) const {
        return *proof_of(sha256, *plan_consistency(old_size, size), nodes());
    }
    Leaves leaves() const { return levels_[0]; }
    const Frontier& frontier() const { return frontier_; }

  private:
    Frontier frontier_{sha256};
    std::vector<Hashes> levels_;
};

/// A leaf of its own for each number. What stands for a hash here need not be one.
inline Hash leaf_number(std::uint64_t number) {
    Hash leaf{};
    for (auto& byte : leaf) {
        number = number * 6364136223846793005U + 1442695040888963407U;
        byte = static_cast<std::uint8_t>(number >> 56);
    }
    return leaf;
}

}  // namespace hallpass::merkle::reference
