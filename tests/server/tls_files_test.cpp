// The certificate and key of a server that speaks TLS: what is wrong with them is named, in the
// check, at the start and when they are read again.
#include <openssl/pem.h>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "signing/key_fault.hpp"
#include "signing/openssl.hpp"
#include "tls/live_tls.hpp"
#include "tls_place.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

std::string problem_with(const TlsSettings& settings, Instant now = SystemClock{}.now()) {
    try {
        load_tls(settings, now);
        return "none";
    } catch (const KeyFault& fault) {
        return std::string{to_string(fault.problem())};
    } catch (const std::exception& fault) {
        return fault.what();
    }
}

std::string problem_of(const MadeCertificate& made) {
    return problem_with(TlsPlace{made}.settings());
}

/// The same key behind a passphrase.
std::string locked(const std::string& pem) {
    const Owned<BIO> source{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    const Owned<EVP_PKEY> key{PEM_read_bio_PrivateKey(source.get(), nullptr, nullptr, nullptr)};
    const Owned<BIO> target{BIO_new(BIO_s_mem())};
    const std::string passphrase = "open sesame";
    REQUIRE(PEM_write_bio_PKCS8PrivateKey(target.get(), key.get(), EVP_aes_256_cbc(),
                                          passphrase.data(), static_cast<int>(passphrase.size()),
                                          nullptr, nullptr) == 1);
    char* start = nullptr;
    const auto size = BIO_get_mem_data(target.get(), &start);
    return {start, static_cast<std::size_t>(size)};
}

std::vector<std::string> arguments_of(const TlsPlace& place, bool check) {
    std::vector<std::string> all{"serve",
                                 "--demo",
                                 "--port",
                                 "0",
                                 "--database",
                                 "sqlite:" + place.file("hallpass.db"),
                                 "--tls-key",
                                 place.key_file(),
                                 "--tls-certificate",
                                 place.certificate_file()};
    if (check) all.emplace_back("--check");
    return all;
}

}  // namespace

TEST_CASE("a certificate, its chain and its key that fit are taken", "[sqlite]") {
    const TlsPlace place, authority;
    CHECK(problem_with(place.settings()) == "none");
    CHECK(problem_of({.rsa_bits = 2048}) == "none");
    write_file(place.certificate_file(), read_file(place.certificate_file()) + "\n" +
                                             read_file(authority.certificate_file()));
    CHECK(problem_with(place.settings()) == "none");
}

TEST_CASE("each thing that is wrong with a certificate or its key has its name", "[sqlite]") {
    const TlsPlace place, other;
    const auto certificate = place.certificate_file(), key = place.key_file();
    const auto& missing = place.file("absent");
    CHECK(problem_with({missing, key}) == "file_unreadable");
    CHECK(problem_with({certificate, missing}) == "file_unreadable");
    CHECK(problem_with({place.file(""), key}) == "file_unreadable");
    CHECK_THAT(problem_with({certificate, ""}), Contains("need each other"));
    CHECK_THAT(problem_with({"", key}), Contains("need each other"));
    CHECK(problem_with({key, key}) == "certificate_malformed");
    CHECK(problem_with({certificate, other.key_file()}) == "certificate_differs");

    write_file(place.file("open"), read_file(key), 0640);
    CHECK(problem_with({certificate, place.file("open")}) == "file_insecure");
    std::filesystem::create_symlink(key, place.file("link"));
    CHECK(problem_with({certificate, place.file("link")}) == "file_insecure");
    write_file(place.file("no-key"), read_file(certificate));
    CHECK(problem_with({certificate, place.file("no-key")}) == "key_malformed");
    write_file(place.file("locked"), locked(read_file(key)));
    CHECK(problem_with({certificate, place.file("locked")}) == "key_malformed");
    const auto whole = read_file(certificate);
    for (const auto& text : {whole.substr(0, whole.size() / 2), std::string{},
                             "x" + whole.substr(40), whole + whole.substr(0, whole.size() / 2)}) {
        write_file(place.file("cut"), text);
        CHECK(problem_with({place.file("cut"), key}) == "certificate_malformed");
    }
    write_file(place.file("large"), whole + std::string(1024 * 1024, '\n'));
    CHECK(problem_with({place.file("large"), key}) == "file_malformed");
}

TEST_CASE("a certificate holds from its first second through its last, and for servers") {
    const TlsPlace place{{.begins = -10s, .ends = 3600s}};
    const auto ends = load_tls(place.settings(), SystemClock{}.now()).expires_at;
    CHECK(problem_with(place.settings(), ends - 1ms) == "none");
    CHECK(problem_with(place.settings(), ends) == "certificate_expired");
    CHECK(problem_with(place.settings(), ends - 3611s) == "none");
    CHECK(problem_with(place.settings(), ends - 3611s - 1ms) == "certificate_not_yet_valid");
    CHECK(problem_of({.ends = -60s}) == "certificate_expired");
    CHECK(problem_of({.begins = 60s}) == "certificate_not_yet_valid");
    CHECK(problem_of({.use = "clientAuth"}) == "certificate_refused");
    CHECK(problem_of({.rsa_bits = 1024}) == "certificate_refused");
}

TEST_CASE("the check and the start name what is wrong with the certificate", "[sqlite]") {
    TlsPlace place;
    const auto good = hallpassd(arguments_of(place, true));
    INFO(good.output);
    CHECK(good.exit_code == 0);
    CHECK_THAT(good.output, Contains("good     TLS: by the server; its certificate holds until 2"));
    place.make({.ends = -60s});
    const auto refused = hallpassd(arguments_of(place, true));
    CHECK(refused.exit_code == 1);
    CHECK_THAT(refused.output,
               Contains("REFUSED  TLS: certificate_expired: the certificate ended"));
    const auto not_started = hallpassd(arguments_of(place, false));
    CHECK(not_started.exit_code == 1);
    CHECK_THAT(not_started.output, Contains("hallpassd: certificate_expired: the certificate"));

    place.make();
    auto clear = arguments_of(place, true);
    clear.insert(clear.end(), {"--public-url", "http://support.example.com"});
    CHECK_THAT(hallpassd(clear).output, Contains("REFUSED  address: with --tls-certificate"));
    clear.erase(std::find(clear.begin(), clear.end(), "--check"));
    CHECK(hallpassd(clear).exit_code == 1);
    CHECK(hallpassd({"serve", "--check", "--tls-key", place.key_file()}).exit_code != 0);
}

TEST_CASE("a pair that cannot be used changes nothing when it is read again", "[sqlite]") {
    TlsPlace place;
    const SystemClock clock;
    LiveTls live{place.settings(), clock};
    const auto first = live.context();
    const auto good_key = read_file(place.key_file());
    for (const auto& spoil : std::vector<std::function<void()>>{
             [&] { place.make({.ends = -60s}); },
             [&] { place.make(), write_file(place.key_file(), good_key); },
             [&] { write_file(place.certificate_file(), "nothing"); },
             [&] { std::filesystem::remove(place.key_file()); }}) {
        spoil();
        CHECK_FALSE(live.reload());
        CHECK(live.context() == first);
    }
    place.make();
    CHECK(live.reload());
    CHECK(live.context() != first);
}
