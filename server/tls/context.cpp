#include "tls/context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "signing/key_fault.hpp"
#include "signing/openssl.hpp"
#include "signing/private_file.hpp"

namespace hallpass::server {
namespace {

using Chain = std::vector<Owned<X509>>;

constexpr std::uintmax_t certificates_max_bytes = 1024 * 1024;
// Mozilla's intermediate configuration, version 5.7, without DHE, whose cost falls on the server.
constexpr const char* ciphers_of_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* ciphers_of_1_3 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* curves = "X25519:prime256v1:secp384r1";
// At least 112 bits: RSA of 2048 bits, no SHA-1.
constexpr int security_level = 2;

std::string reason() {
    const auto* text = ERR_reason_error_string(ERR_peek_last_error());
    return text == nullptr ? "no reason given" : text;
}

std::string read_certificates(const std::string& file) {
    std::error_code error;
    const bool plain = std::filesystem::is_regular_file(file, error);
    std::ifstream input;
    if (plain) input.open(file, std::ios::binary);
    if (!plain || !input) {
        throw KeyFault{KeyProblem::file_unreadable, "the file cannot be read: " + file};
    }
    if (std::filesystem::file_size(file, error) > certificates_max_bytes) {
        throw KeyFault{KeyProblem::file_malformed, "the file is too large: " + file};
    }
    return {std::istreambuf_iterator<char>{input}, {}};
}

/// Nobody is there to type a passphrase; without this OpenSSL would ask the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
    if (asked != nullptr) *static_cast<bool*>(asked) = true;
    return 0;
}

Chain parse_certificates(const std::string& text, const std::string& file) {
    const Owned<BIO> source{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    Chain chain;
    ERR_clear_error();
    for (;;) {
        Owned<X509> one{PEM_read_bio_X509(source.get(), nullptr, no_passphrase, nullptr)};
        if (!one) break;
        chain.push_back(std::move(one));
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (chain.empty() || !at_end) {
        throw KeyFault{KeyProblem::certificate_malformed,
                       "these are no certificates in PEM: " + file};
    }
    return chain;
}

Owned<EVP_PKEY> read_key(const std::string& file) {
    auto text = read_private_file(file);
    bool encrypted = false;
    ERR_clear_error();
    const Owned<BIO> source{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    Owned<EVP_PKEY> key{PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, &encrypted)};
    OPENSSL_cleanse(text.data(), text.size());
    ERR_clear_error();
    if (encrypted) {
        throw KeyFault{KeyProblem::key_malformed,
                       "the key is behind a passphrase, which nobody is there to give: " + file};
    }
    if (!key) throw KeyFault{KeyProblem::key_malformed, "this is no private key in PEM: " + file};
    return key;
}

Instant instant_of(const ASN1_TIME* time, const std::string& file) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) {
        throw KeyFault{KeyProblem::certificate_malformed,
                       "the certificate's times cannot be read: " + file};
    }
    return Instant{std::chrono::seconds{::timegm(&parts)}};
}

/// @returns when it ends
Instant check_certificate(X509* certificate, const std::string& file, Instant now) {
    const auto begins = instant_of(X509_get0_notBefore(certificate), file);
    const auto ends = instant_of(X509_get0_notAfter(certificate), file) + std::chrono::seconds{1};
    if (now >= ends) {
        throw KeyFault{KeyProblem::certificate_expired,
                       "the certificate ended at " + format_rfc3339(ends) + ": " + file};
    }
    if (now < begins) {
        throw KeyFault{KeyProblem::certificate_not_yet_valid,
                       "the certificate begins at " + format_rfc3339(begins) + ": " + file};
    }
    if (X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0) != 1) {
        throw KeyFault{KeyProblem::certificate_refused,
                       "the certificate is not for servers: " + file};
    }
    return ends;
}

int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned int offered_bytes, void* /*unused*/) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    const auto result =
        SSL_select_next_proto(&found, length, ours, sizeof ours - 1, offered, offered_bytes);
    if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

Owned<SSL_CTX> strict_context() {
    Owned<SSL_CTX> made{SSL_CTX_new(TLS_server_method())};
    auto* context = made.get();
    if (context == nullptr) throw std::runtime_error("OpenSSL cannot be used: " + reason());
    SSL_CTX_set_security_level(context, security_level);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    // A record that holds nothing for us comes back to the event loop, so that nobody keeps a
    // thread by sending many; what a record needed is given back after it.
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(context, ciphers_of_1_2) != 1 ||
        SSL_CTX_set_ciphersuites(context, ciphers_of_1_3) != 1 ||
        SSL_CTX_set1_groups_list(context, curves) != 1) {
        throw std::runtime_error("OpenSSL lacks what TLS needs: " + reason());
    }
    return made;
}

void show(SSL_CTX* context, const Chain& chain, EVP_PKEY* key, const std::string& file) {
    ERR_clear_error();
    bool taken = SSL_CTX_use_certificate(context, chain.front().get()) == 1;
    for (auto each = chain.begin() + 1; taken && each != chain.end(); ++each) {
        taken = SSL_CTX_add1_chain_cert(context, each->get()) == 1;
    }
    if (!taken || SSL_CTX_use_PrivateKey(context, key) != 1) {
        throw KeyFault{KeyProblem::certificate_refused,
                       "the certificate cannot be shown (" + reason() + "): " + file};
    }
}

}  // namespace

TlsContext load_tls(const TlsSettings& settings, Instant now) {
    if (settings.certificate_file.empty() || settings.key_file.empty()) {
        throw std::runtime_error("--tls-certificate and --tls-key need each other");
    }
    const auto& file = settings.certificate_file;
    const auto chain = parse_certificates(read_certificates(file), file);
    const auto key = read_key(settings.key_file);
    if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
        ERR_clear_error();
        throw KeyFault{KeyProblem::certificate_differs,
                       "the first certificate is another key's: " + file};
    }
    const auto ends = check_certificate(chain.front().get(), file, now);
    auto context = strict_context();
    show(context.get(), chain, key.get(), file);
    return {std::shared_ptr<ssl_ctx_st>{std::move(context)}, ends};
}

}  // namespace hallpass::server
