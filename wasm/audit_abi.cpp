// A module of its own, audit.wasm: the checks of proofs from the record's tree
// (hallpass/merkle.hpp). SHA-256 is its host's.
#include <cstring>
#include <span>

#include "exchange.hpp"
#include "hallpass/merkle.hpp"

/// SHA-256 (FIPS 180-4) of bytes in the module's memory; the host writes 32 bytes to `hash`.
extern "C" __attribute__((import_module("hallpass"), import_name("sha256"))) void hp_host_sha256(
    const char* bytes, std::uint32_t size, std::uint8_t* hash);

namespace hallpass::abi {
namespace {

using merkle::Hash;

Hash sha256(std::string_view bytes) {
    Hash hash;
    hp_host_sha256(bytes.data(), static_cast<std::uint32_t>(bytes.size()), hash.data());
    return hash;
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

/// Hashes a leaf. @param size of the entry's text in the input buffer, in bytes
/// @returns where the 32 bytes of the hash are, until the next call
HP_EXPORT(hp_leaf_hash) Address hp_leaf_hash(std::uint32_t size) {
    static Hash hash;
    hash = merkle::leaf_hash(sha256, input_text(size));
    return address_of(hash.data());
}

/// Checks that a leaf is part of a tree (RFC 9162 section 2.1.3.2). The input buffer holds the
/// leaf's hash, the tree's root, and the proof.
/// @param hashes how many of 32 bytes the input buffer holds, at least 2
/// @returns a merkle::Verdict by its number, or `refused` where a number is out of range
HP_EXPORT(hp_inclusion)
std::int32_t hp_inclusion(double index, double size, std::uint32_t hashes) {
    if (!is_count(index) || !is_count(size) || hashes < 2) return refused;
    const auto all = input_hashes(hashes);
    return verdict(merkle::check_inclusion(sha256, all[0], static_cast<std::uint64_t>(index),
                                           {static_cast<std::uint64_t>(size), all[1]},
                                           all.subspan(2)));
}

/// Checks that a tree only grew (RFC 9162 section 2.1.4.2). The input buffer holds the older root,
/// the newer root, and the proof; parameters and answer as hp_inclusion's.
HP_EXPORT(hp_consistency)
std::int32_t hp_consistency(double old_size, double size, std::uint32_t hashes) {
    if (!is_count(old_size) || !is_count(size) || hashes < 2) return refused;
    const auto all = input_hashes(hashes);
    return verdict(merkle::check_consistency(sha256, {static_cast<std::uint64_t>(old_size), all[0]},
                                             {static_cast<std::uint64_t>(size), all[1]},
                                             all.subspan(2)));
}

}  // namespace hallpass::abi
