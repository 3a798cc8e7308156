#pragma once

#include <string>

namespace hallpass::server {

/// TLS by the server itself; both files or neither.
struct TlsSettings {
    std::string
        certificate_file;  ///< PEM: the server's own certificate, then those that vouch for it
    std::string key_file;  ///< PEM, 0600

    bool on() const { return !certificate_file.empty() || !key_file.empty(); }
};

}  // namespace hallpass::server
