#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "signing/key_file.hpp"

namespace hallpass::server {

/// The keys of a running server: those of its key file, followed as the file changes.
class LiveKeys {
  public:
    /// @throws KeyFault
    explicit LiveKeys(std::string file)
        : file_(made(std::move(file))),
          seen_(file_.state()),
          ring_(std::make_shared<const KeyRing>(file_.read())) {}

    /// The keys at this moment; they stay as they are for whoever holds them.
    std::shared_ptr<const KeyRing> ring() const {
        const std::lock_guard lock{mutex_};
        return ring_;
    }
    /// Reads the file again if it is another one by now. One that cannot be used changes nothing
    /// and is told in the log.
    /// @returns whether the keys may be others
    bool follow();

  private:
    /// The file, there and as it is written today: what that changes is not noticed as news.
    static KeyFile made(std::string file) {
        KeyFile keys{std::move(file)};
        keys.open();
        return keys;
    }

    const KeyFile file_;
    mutable std::mutex mutex_;
    KeyFile::State seen_;  // before it was read: a change in between is noticed
    std::shared_ptr<const KeyRing> ring_;
};

}  // namespace hallpass::server
