#pragma once

#include <chrono>

namespace hallpass::server {

/// How long a connection waits before it lets go of its place.
struct Patience {
    std::chrono::seconds handshake{10};  ///< from a connection's begin until TLS is spoken
    std::chrono::seconds idle{60};       ///< for a request on a connection that is kept open
    std::chrono::seconds head{10};       ///< from a head's first byte to its last
    std::chrono::seconds body{20};       ///< for all of a body
    std::chrono::seconds reply{30};      ///< until all of a reply is written
    std::chrono::seconds stream{20};     ///< until what an event stream has to say is written
    std::chrono::seconds drain{2};       ///< for a refused client to read why, and to stop sending
};

}  // namespace hallpass::server
