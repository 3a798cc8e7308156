#include "tls_place.hpp"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "hallpass_catch.hpp"
#include "random.hpp"
#include "signing/openssl.hpp"

namespace hallpass::server::test {
namespace {

std::string text_of(BIO* bio) {
    char* start = nullptr;
    const auto size = BIO_get_mem_data(bio, &start);
    return {start, static_cast<std::size_t>(size)};
}

void say(X509* certificate, int what, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    auto* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
    REQUIRE(extension != nullptr);
    REQUIRE(X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

}  // namespace

void write_file(const std::string& file, const std::string& text, int mode) {
    std::ofstream{file, std::ios::binary} << text;
    REQUIRE(::chmod(file.c_str(), static_cast<mode_t>(mode)) == 0);
}

std::string read_file(const std::string& file) {
    std::ifstream input{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{input}, {}};
}

void TlsPlace::make(const MadeCertificate& made) {
    const Owned<EVP_PKEY> key{made.rsa_bits == 0
                                  ? EVP_EC_gen("P-256")
                                  : EVP_RSA_gen(static_cast<unsigned int>(made.rsa_bits))};
    const Owned<X509> certificate{X509_new()};
    auto* one = certificate.get();
    const auto number = random_below(1'000'000'000) + 1;
    serial_ = std::to_string(number);
    X509_set_version(one, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(one), static_cast<long>(number));
    X509_gmtime_adj(X509_getm_notBefore(one), made.begins.count());
    X509_gmtime_adj(X509_getm_notAfter(one), made.ends.count());
    X509_set_pubkey(one, key.get());
    auto* name = X509_get_subject_name(one);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(one, name);
    say(one, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    say(one, NID_ext_key_usage, made.use);
    REQUIRE(X509_sign(one, key.get(), EVP_sha256()) > 0);

    const Owned<BIO> pem{BIO_new(BIO_s_mem())}, key_pem{BIO_new(BIO_s_mem())};
    REQUIRE(PEM_write_bio_X509(pem.get(), one) == 1);
    REQUIRE(PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                     nullptr) == 1);
    write_file(certificate_file(), text_of(pem.get()), 0644);
    write_file(key_file(), text_of(key_pem.get()));
}

}  // namespace hallpass::server::test
