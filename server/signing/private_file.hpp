#pragma once

#include <string>

namespace hallpass::server {

/// Reads a file that only its owner, the user that this process runs as, may read.
/// @throws KeyFault file_unreadable; file_insecure: somebody else's, open to others (mode 0600 or
///         less is fine), a link or no plain file; file_malformed: larger than 1 MiB
std::string read_private_file(const std::string& file);

/// Replaces a file as a whole (mode 0600): a crash leaves the old text or the new one.
/// @throws KeyFault file_unwritable
void write_private_file(const std::string& file, const std::string& text);

/// Makes a file (mode 0600) that must not be there yet.
/// @throws KeyFault output_exists, file_unwritable
void create_private_file(const std::string& file, const std::string& text);

/// While it lives, no other process changes the file: a lock on FILE.lock.
class PrivateFileLock {
  public:
    /// Waits for its turn. @throws KeyFault file_unwritable
    explicit PrivateFileLock(const std::string& file);
    ~PrivateFileLock();
    PrivateFileLock(const PrivateFileLock&) = delete;
    PrivateFileLock& operator=(const PrivateFileLock&) = delete;

  private:
    int handle_;
};

}  // namespace hallpass::server
