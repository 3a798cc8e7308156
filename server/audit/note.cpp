#include "audit/note.hpp"

#include <sodium.h>

#include <array>
#include <filesystem>
#include <vector>

#include "digest.hpp"
#include "notify/base64.hpp"
#include "random.hpp"
#include "signing/jwk.hpp"
#include "signing/key_fault.hpp"
#include "signing/private_file.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

constexpr char ed25519_type = 0x01;
constexpr std::size_t id_bytes = 4;
constexpr std::string_view private_prefix = "PRIVATE+KEY+";
constexpr std::string_view signature_prefix = "\u2014 ";

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string hex(std::string_view bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes_of(bytes), bytes.size());
    text.pop_back();
    return text;
}

struct NamedKey {
    std::string name, id_hex, key;
};
/// `NAME+KEYID+BASE64` of a type byte and 32 bytes.
std::optional<NamedKey> read_named(std::string_view text) {
    const auto first = text.find('+');
    const auto second = first == text.npos ? first : text.find('+', first + 1);
    if (second == text.npos || first == 0) return std::nullopt;
    const auto key = base64_bytes(text.substr(second + 1));
    if (!key || key->size() != 1 + crypto_sign_PUBLICKEYBYTES || key->front() != ed25519_type) {
        return std::nullopt;
    }
    return NamedKey{std::string{text.substr(0, first)},
                    std::string{text.substr(first + 1, second - first - 1)}, key->substr(1)};
}

/// The bytes of base64 that has its one spelling: no stray bits at its end.
std::optional<std::string> exact_base64(std::string_view text) {
    auto bytes = base64_bytes(text);
    if (!bytes || base64(*bytes) != text) return std::nullopt;
    return bytes;
}

std::string public_key_of(const std::string& seed) {
    std::string open(crypto_sign_PUBLICKEYBYTES, '\0'), secret(crypto_sign_SECRETKEYBYTES, '\0');
    crypto_sign_seed_keypair(bytes_of(open), bytes_of(secret), bytes_of(seed));
    sodium_memzero(secret.data(), secret.size());
    return open;
}

/// Takes a line off the front; nothing where none ends.
std::optional<std::string_view> next_line(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == text.npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::optional<std::uint64_t> read_size(std::string_view text) {
    const auto size = whole_number<std::uint64_t>(text);
    return size && text == std::to_string(*size) ? size : std::nullopt;
}

/// Whether one of the lines is the key's signature, and holds.
bool signed_by(const NoteKey& key, std::string_view text, std::string_view lines) {
    const auto start = std::string{signature_prefix} + key.name() + " ";
    while (const auto line = next_line(lines)) {
        if (!line->starts_with(start)) continue;
        const auto signature = exact_base64(line->substr(start.size()));
        if (!signature || !signature->starts_with(key.id())) continue;
        return eddsa_holds(key.public_key(), text, std::string_view{*signature}.substr(id_bytes));
    }
    return false;
}

}  // namespace

NoteKey::NoteKey(std::string name, std::string public_key)
    : name_(std::move(name)),
      public_key_(std::move(public_key)),
      id_(sha256(name_ + '\n' + ed25519_type + public_key_).substr(0, id_bytes)) {}

std::optional<NoteKey> NoteKey::parse(std::string_view text) {
    const auto named = read_named(text);
    if (!named) return std::nullopt;
    NoteKey key{named->name, named->key};
    if (hex(key.id()) != named->id_hex) return std::nullopt;
    return key;
}

std::string NoteKey::text() const {
    return name_ + "+" + hex(id_) + "+" + base64(ed25519_type + public_key_);
}

RecordKey::RecordKey(const std::string& name, std::string seed)
    : seed_(std::move(seed)),
      secret_key_(crypto_sign_SECRETKEYBYTES, '\0'),
      verifier_(name, public_key_of(seed_)) {
    std::string open(crypto_sign_PUBLICKEYBYTES, '\0');
    crypto_sign_seed_keypair(bytes_of(open), bytes_of(secret_key_), bytes_of(seed_));
}

RecordKey RecordKey::generate(const std::string& name) {
    return {name, random_bytes(crypto_sign_SEEDBYTES)};
}

RecordKey RecordKey::parse(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    auto named = text.starts_with(private_prefix) ? read_named(text.substr(private_prefix.size()))
                                                  : std::nullopt;
    if (named) {
        RecordKey key{named->name, std::move(named->key)};
        if (hex(key.verifier_.id()) == named->id_hex) return key;
    }
    throw KeyFault{KeyProblem::key_malformed, "this is no key for the record's heads"};
}

RecordKey RecordKey::open(const std::string& file, const std::string& name) {
    const PrivateFileLock lock{file};
    if (!std::filesystem::exists(std::filesystem::symlink_status(file))) {
        create_private_file(file, generate(name).text());
    }
    return parse(read_private_file(file));
}

std::string RecordKey::text() const {
    return std::string{private_prefix} + verifier_.name() + "+" + hex(verifier_.id()) + "+" +
           base64(ed25519_type + seed_) + "\n";
}

std::string RecordKey::sign(std::string_view text) const {
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(text), text.size(),
                         bytes_of(secret_key_));
    return std::string{text} + "\n" + std::string{signature_prefix} + verifier_.name() + " " +
           base64(verifier_.id() + signature) + "\n";
}

std::string checkpoint_text(std::string_view name, const merkle::Head& head) {
    return std::string{name} + "\n" + std::to_string(head.size) + "\n" +
           base64({reinterpret_cast<const char*>(head.root.data()), head.root.size()}) + "\n";
}

std::optional<merkle::Head> open_checkpoint(std::string_view note, const NoteKey* key) {
    const auto gap = note.rfind("\n\n");
    if (gap == note.npos) return std::nullopt;
    const auto text = note.substr(0, gap + 1);
    auto rest = text;
    const auto name = next_line(rest), size_line = next_line(rest), root_line = next_line(rest);
    if (!name || !size_line || !root_line) return std::nullopt;
    const auto size = read_size(*size_line);
    const auto root = exact_base64(*root_line);
    merkle::Head head;
    if (!size || !root || root->size() != head.root.size()) return std::nullopt;
    head.size = *size;
    std::copy(root->begin(), root->end(), head.root.begin());
    if (key == nullptr) return head;
    if (*name != key->name() || !signed_by(*key, text, note.substr(gap + 2))) return std::nullopt;
    return head;
}

}  // namespace hallpass::server
