#pragma once

#include <chrono>
#include <string>

#include "test_server.hpp"
#include "tls/settings.hpp"

namespace hallpass::server::test {

/// How a certificate is made.
struct MadeCertificate {
    std::chrono::seconds begins{-3600}, ends{86'400};  ///< from now on
    std::string use = "serverAuth";
    int rsa_bits = 0;  ///< 0: a key on P-256
};

/// A folder with a certificate for localhost, which vouches for itself, and its key.
class TlsPlace {
  public:
    explicit TlsPlace(const MadeCertificate& made = {}) { make(made); }
    /// Another certificate and another key in the same files.
    void make(const MadeCertificate& made = {});
    std::string certificate_file() const { return folder_.file("server.pem"); }
    std::string key_file() const { return folder_.file("server.key"); }
    std::string file(const std::string& name) const { return folder_.file(name); }
    TlsSettings settings() const { return {certificate_file(), key_file()}; }
    /// The certificate's number, as TlsClient tells it.
    const std::string& serial() const { return serial_; }

  private:
    TemporaryFolder folder_;
    std::string serial_;
};

void write_file(const std::string& file, const std::string& text, int mode = 0600);
std::string read_file(const std::string& file);

}  // namespace hallpass::server::test
