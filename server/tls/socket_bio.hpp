#pragma once

#include "signing/openssl.hpp"

namespace hallpass::server {

/// OpenSSL's way to a non-blocking socket, which stays the caller's. Its own would raise SIGPIPE
/// where a client has gone.
/// @param socket its number, which must be there as long as what is returned
/// @throws std::bad_alloc
Owned<BIO> socket_bio(int& socket);

}  // namespace hallpass::server
