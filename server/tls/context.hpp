#pragma once

#include <memory>

#include "hallpass/time.hpp"
#include "tls/settings.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace hallpass::server {

/// What is spoken with those who connect: TLS 1.2 or 1.3 with forward secrecy, HTTP/1.1 inside
/// (ALPN, RFC 7301), the certificate and its key. No compression, no renegotiation, no resumption:
/// each connection has keys of its own.
struct TlsContext {
    std::shared_ptr<ssl_ctx_st> handle;
    Instant expires_at;  ///< from then on the certificate no longer holds
};

/// Reads both files and sees whether they fit each other and the time.
/// @throws KeyFault file_unreadable; file_insecure and file_malformed, as any private file;
///         key_malformed: no key, or one behind a passphrase; certificate_malformed;
///         certificate_differs: it is another key's; certificate_expired (RFC 5280 section 4.1.2.5:
///         it holds through its last second); certificate_not_yet_valid; certificate_refused: not
///         for servers, or its key is too weak
TlsContext load_tls(const TlsSettings& settings, Instant now);

}  // namespace hallpass::server
