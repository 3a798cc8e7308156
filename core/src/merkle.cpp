#include "hallpass/merkle.hpp"

#include <bit>
#include <cstring>
#include <string>

namespace hallpass::merkle {
namespace {

constexpr char leaf_prefix = 0x00, node_prefix = 0x01;

/// The largest power of two below `count`, which is at least 2: where RFC 9162 splits a tree.
std::uint64_t split_of(std::uint64_t count) { return std::bit_floor(count - 1); }

/// The root over nodes that stand beside each other, each larger than the next.
Hash fold(Sha256 sha256, std::span<const Hash> nodes) {
    Hash root = nodes.back();
    for (auto at = nodes.size() - 1; at > 0; --at) root = node_hash(sha256, nodes[at - 1], root);
    return root;
}

}  // namespace

Hash leaf_hash(Sha256 sha256, std::string_view entry) {
    std::string bytes(1, leaf_prefix);
    bytes += entry;
    return sha256(bytes);
}

Hash node_hash(Sha256 sha256, const Hash& left, const Hash& right) {
    std::array<char, 1 + 2 * std::tuple_size_v<Hash>> bytes;
    bytes[0] = node_prefix;
    std::memcpy(bytes.data() + 1, left.data(), left.size());
    std::memcpy(bytes.data() + 1 + left.size(), right.data(), right.size());
    return sha256({bytes.data(), bytes.size()});
}

Hash root_of(Sha256 sha256, std::span<const Hash> leaves) {
    Frontier frontier{sha256};
    for (const auto& leaf : leaves) frontier.append(leaf);
    return frontier.root();
}

std::vector<Place> places_of(std::uint64_t begin, std::uint64_t end) {
    std::vector<Place> places;
    while (begin < end) {
        // The largest power of two that fits.
        Place place{0, begin};
        std::uint64_t leaves = 1;
        while (leaves <= (end - begin) / 2) {
            leaves *= 2;
            place.index /= 2;
            ++place.level;
        }
        places.push_back(place);
        begin += leaves;
    }
    return places;
}

std::optional<Frontier> Frontier::of(Sha256 sha256, std::uint64_t size, std::vector<Hash> peaks) {
    if (peaks.size() != static_cast<std::size_t>(std::popcount(size))) return std::nullopt;
    Frontier frontier{sha256};
    frontier.size_ = size;
    frontier.peaks_ = std::move(peaks);
    return frontier;
}

std::span<const Hash> Frontier::append(const Hash& leaf) {
    completed_.clear();
    peaks_.push_back(leaf);
    // Each trailing one bit of the old size is a peak as large as what stands right of it.
    for (auto rest = size_++; (rest & 1) != 0; rest >>= 1) {
        const Hash right = peaks_.back();
        peaks_.pop_back();
        peaks_.back() = node_hash(sha256_, peaks_.back(), right);
        completed_.push_back(peaks_.back());
    }
    return completed_;
}

Hash Frontier::root() const { return peaks_.empty() ? sha256_({}) : fold(sha256_, peaks_); }

std::optional<ProofPlan> plan_inclusion(std::uint64_t index, std::uint64_t size) {
    if (index >= size) return std::nullopt;
    ProofPlan plan;
    // From the root down; the proof begins at the leaf.
    std::uint64_t begin = 0, end = size;
    while (end - begin > 1) {
        const auto middle = begin + split_of(end - begin);
        if (index < middle) {
            plan.push_back(places_of(middle, end));
            end = middle;
        } else {
            plan.push_back(places_of(begin, middle));
            begin = middle;
        }
    }
    return ProofPlan{plan.rbegin(), plan.rend()};
}

std::optional<ProofPlan> plan_consistency(std::uint64_t old_size, std::uint64_t size) {
    if (old_size > size) return std::nullopt;
    if (old_size == 0 || old_size == size) return ProofPlan{};
    ProofPlan plan;
    std::uint64_t begin = 0, end = size;
    while (old_size != end) {
        const auto middle = begin + split_of(end - begin);
        if (old_size <= middle) {
            plan.push_back(places_of(middle, end));
            end = middle;
        } else {
            plan.push_back(places_of(begin, middle));
            begin = middle;
        }
    }
    // The old tree as a whole is known to whoever checks; a part of it is not.
    if (begin != 0) plan.push_back(places_of(begin, end));
    return ProofPlan{plan.rbegin(), plan.rend()};
}

std::optional<std::vector<Hash>> proof_of(Sha256 sha256, const ProofPlan& plan,
                                          const Nodes& nodes) {
    std::vector<Hash> proof;
    for (const auto& places : plan) {
        std::vector<Hash> parts;
        for (const auto& place : places) {
            const auto hash = nodes(place);
            if (!hash) return std::nullopt;
            parts.push_back(*hash);
        }
        proof.push_back(fold(sha256, parts));
    }
    return proof;
}

}  // namespace hallpass::merkle
