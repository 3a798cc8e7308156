// A module of its own, audit.wasm: the checks of proofs from the record's tree
// (hallpass/merkle.hpp). SHA-256 is its host's, and WebCrypto answers later: a call runs until it
// needs a digest that it does not have, says which, and is made again when it has it. What is
// hashed when depends on sizes and places alone, so the n-th digest is the same each time.
#include <span>
#include <string>
#include <vector>

#include "exchange.hpp"
#include "hallpass/merkle.hpp"

namespace hallpass::abi {
namespace {

using merkle::Hash;

/// What a call returns that needs a digest: of the bytes at word 0, as many as word 1 says.
constexpr std::int32_t digest_wanted = -2;

struct Check {
    std::vector<Hash> digests;  ///< in the order in which they are asked for
    std::size_t asked = 0;
    std::string wanted;  ///< the bytes of the first that is not known
};
auto& check() {
    static Check one;
    return one;
}

Hash sha256(std::string_view bytes) {
    auto& [digests, asked, wanted] = check();
    const auto at = asked++;
    if (at < digests.size()) return digests[at];
    if (at == digests.size()) wanted = bytes;
    return {};  // what comes of it is not looked at
}

/// @returns what the work gives, or `digest_wanted`
template <class Work>
std::int32_t with_digests(Work work) {
    auto& [digests, asked, wanted] = check();
    asked = 0;
    const std::int32_t found = work();
    if (asked <= digests.size()) return found;
    give(0, wanted);
    return digest_wanted;
}

/// The input buffer as hashes, one after the other.
std::span<const Hash> input_hashes(std::uint32_t count) {
    return {reinterpret_cast<const Hash*>(input()), count};
}

/// A count of leaves that JavaScript passed.
bool is_count(double number) {
    return number >= 0 && number <= static_cast<double>(merkle::leaves_max);
}

std::int32_t verdict(merkle::Verdict found) { return static_cast<std::int32_t>(found); }

}  // namespace

/// Begins another check: forgets the digests of the one before.
HP_EXPORT(hp_begin) void hp_begin() { check().digests.clear(); }
/// @returns where the caller writes the digest that is wanted, 32 bytes, before it calls again
HP_EXPORT(hp_digest) Address hp_digest() {
    return address_of(check().digests.emplace_back().data());
}

/// Hashes a leaf. @param size of the entry's text in the input buffer, in bytes
/// @returns where the 32 bytes of the hash are, until the next call; or `digest_wanted`
HP_EXPORT(hp_leaf_hash) std::int32_t hp_leaf_hash(std::uint32_t size) {
    static Hash hash;
    return with_digests([&] {
        hash = merkle::leaf_hash(sha256, input_text(size));
        return static_cast<std::int32_t>(address_of(hash.data()));
    });
}

/// Checks that a leaf is part of a tree (RFC 9162 section 2.1.3.2). The input buffer holds the
/// leaf's hash, the tree's root, and the proof.
/// @param hashes how many of 32 bytes the input buffer holds, at least 2
/// @returns a merkle::Verdict by its number, `digest_wanted`, or `refused` where a number is out of
///          range
HP_EXPORT(hp_inclusion)
std::int32_t hp_inclusion(double index, double size, std::uint32_t hashes) {
    if (!is_count(index) || !is_count(size) || hashes < 2) return refused;
    const auto all = input_hashes(hashes);
    return with_digests([&] {
        return verdict(merkle::check_inclusion(sha256, all[0], static_cast<std::uint64_t>(index),
                                               {static_cast<std::uint64_t>(size), all[1]},
                                               all.subspan(2)));
    });
}

/// Checks that a tree only grew (RFC 9162 section 2.1.4.2). The input buffer holds the older root,
/// the newer root, and the proof; parameters and answer as hp_inclusion's.
HP_EXPORT(hp_consistency)
std::int32_t hp_consistency(double old_size, double size, std::uint32_t hashes) {
    if (!is_count(old_size) || !is_count(size) || hashes < 2) return refused;
    const auto all = input_hashes(hashes);
    return with_digests([&] {
        return verdict(
            merkle::check_consistency(sha256, {static_cast<std::uint64_t>(old_size), all[0]},
                                      {static_cast<std::uint64_t>(size), all[1]}, all.subspan(2)));
    });
}

}  // namespace hallpass::abi
