#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hallpass/merkle.hpp"

namespace hallpass::server {

/// Verifies heads of one record: a name and an Ed25519 key, written as tools for signed notes have
/// it, `NAME+KEYID+BASE64` (C2SP signed-note, Ed25519 signatures, type 0x01).
class NoteKey {
  public:
    /// @returns nothing where the text is no such key, or its id is not the key's
    static std::optional<NoteKey> parse(std::string_view text);
    NoteKey(std::string name, std::string public_key);

    std::string text() const;
    const std::string& name() const { return name_; }
    const std::string& public_key() const { return public_key_; }
    /// The first four bytes of SHA-256(name || 0x0A || 0x01 || public key).
    const std::string& id() const { return id_; }

  private:
    std::string name_, public_key_, id_;
};

/// What the record's heads are signed with. It signs nothing else, and no token key signs heads.
class RecordKey {
  public:
    /// Reads the file, or makes it with a new key under this name where it does not exist.
    /// @throws KeyFault as private_file.hpp; file_malformed
    static RecordKey open(const std::string& file, const std::string& name);
    static RecordKey generate(const std::string& name);
    /// `PRIVATE+KEY+NAME+KEYID+BASE64`, as Go's sumdb/note writes it. @throws KeyFault
    /// key_malformed
    static RecordKey parse(std::string_view text);

    const NoteKey& verifier() const { return verifier_; }
    std::string text() const;
    /// @param text ends with a newline
    /// @returns the signed note
    std::string sign(std::string_view text) const;

  private:
    RecordKey(const std::string& name, std::string seed);
    std::string seed_, secret_key_;
    NoteKey verifier_;
};

/// The text of a head in the form of C2SP tlog-checkpoint: name, size, root.
std::string checkpoint_text(std::string_view name, const merkle::Head& head);
/// Reads a signed checkpoint. @param key whose name and signature it must have; without one,
/// signatures are not looked at
/// @returns nothing where it is none, or the signature does not hold
std::optional<merkle::Head> open_checkpoint(std::string_view note, const NoteKey* key);

}  // namespace hallpass::server
