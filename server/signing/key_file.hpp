#pragma once

#include <functional>
#include <string>
#include <tuple>

#include "signing/key_ring.hpp"

namespace hallpass::server {

/// The file with the private keys. It is one file, replaced as a whole, and it alone says which
/// keys there are and what each is for: a crash leaves the keys before a change or those after it.
class KeyFile {
  public:
    explicit KeyFile(std::string file) : file_(std::move(file)) {}

    const std::string& name() const { return file_; }
    /// Reads it, or makes it with one new key where it does not exist.
    /// @throws KeyFault
    KeyRing open() const;
    /// @throws KeyFault
    KeyRing read() const;
    /// Reads, changes and writes, with no other process in between.
    /// @throws KeyFault
    KeyRing change(const std::function<KeyRing(const KeyRing&)>& change) const;

    /// What differs as soon as the file was replaced or touched.
    using State = std::tuple<std::uint64_t, std::int64_t, std::int64_t, std::int64_t>;
    State state() const;

  private:
    void write(const KeyRing& ring) const;
    std::string file_;
};

}  // namespace hallpass::server
