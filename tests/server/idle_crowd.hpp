#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace hallpass::server::test {

/// Clients that connect and say nothing, as many as are asked for, all at the same time: in
/// processes of their own, since one may have only so many files open, and from many addresses
/// (127.1.x.y), since one has only so many ports.
class IdleCrowd {
  public:
    /// What became of them.
    struct Count {
        std::uint32_t told = 0;    ///< refused as documented, and closed in order
        std::uint32_t silent = 0;  ///< connected, with no word for them
        std::uint32_t other = 0;   ///< anything else
    };
    /// What the clients wait for before they say what became of them.
    enum class Expects { silence, refusal };

    IdleCrowd(std::uint16_t port, std::uint32_t clients, Expects expects);
    ~IdleCrowd();
    IdleCrowd(const IdleCrowd&) = delete;
    IdleCrowd& operator=(const IdleCrowd&) = delete;

    /// Whether all of them have come, and heard what they expect, within that time.
    bool complete(int within_ms = 0);
    /// What became of them, waiting for those who still come. They stay.
    Count count();
    /// Each asks now, and goes on being idle. @returns how many were served
    std::uint32_t ask();
    void leave();

  private:
    struct Group {
        pid_t process = 0;
        int line = -1;  ///< to and from the process
        bool told = false;
    };
    std::vector<Group> groups_;
    Count count_;
};

}  // namespace hallpass::server::test
