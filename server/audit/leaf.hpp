#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "hallpass/merkle.hpp"
#include "store/rows.hpp"

namespace hallpass::server {

/// What of an entry is about persons. Each part stands beside the leaf, which holds nothing of it
/// but a commitment: SHA-256, in base64url, over the part's text, which begins with 128 random
/// bits. With these bits gone the commitment tells nothing, and the tree is what it was.
enum class LeafPart : std::uint8_t {
    people,   ///< actor, subject, agent
    origin,   ///< network address, user agent
    details,  ///< which resource, metadata (reasons among them)
};
inline constexpr std::array leaf_parts{LeafPart::people, LeafPart::origin, LeafPart::details};
inline constexpr std::string_view leaf_part_names[] = {"people", "origin", "details"};
constexpr std::string_view to_string(LeafPart part) {
    return leaf_part_names[static_cast<std::size_t>(part)];
}

/// SHA-256 as the tree wants it (OpenSSL, which uses the processor's instructions for it).
merkle::Hash tree_sha256(std::string_view bytes);
/// Base64url, 43 characters, as hashes are stored.
std::string hash_text(const merkle::Hash& hash);
/// @returns nothing where it is not the one spelling of a hash
std::optional<merkle::Hash> hash_of_text(std::string_view text);
inline constexpr std::size_t hash_chars = 43;

/// Gives an entry its random bits, and the leaf's hash as `hash`; everything else must be filled
/// in.
void seal(RecordRow& entry);
/// The leaf: canonical JSON of all that is not about persons, and the three commitments.
std::string leaf_text(const RecordRow& entry);
/// The leaf's hash as it stands in the tree (RFC 9162 section 2.1.1).
merkle::Hash leaf_hash_of(const RecordRow& entry);
/// A part's canonical JSON, which its commitment is made of; nothing where it was erased.
std::optional<std::string> part_text(const RecordRow& entry, LeafPart part);
/// The commitment of a part's text.
std::string commitment_of(std::string_view text);

/// Takes a part out of an entry, its random bits included; the leaf stays as it is.
void erase_part(RecordRow& entry, LeafPart part);
bool erased(const RecordRow& entry, LeafPart part);

}  // namespace hallpass::server
