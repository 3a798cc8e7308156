#include "receipts/receipt_check.hpp"

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "hallpass/limits.hpp"
#include "hallpass/verify.hpp"
#include "identity/key_set_url.hpp"
#include "random.hpp"
#include "receipts/receipts.hpp"
#include "signing/jwk.hpp"

namespace hallpass::server {
namespace {

constexpr int receipt_holds = 0, receipt_does_not_hold = 2;
constexpr std::size_t keys_max_bytes = 256 * 1024;

/// The file's bytes, at most that many: one that is longer is cut, and does not hold then.
std::string bytes_in(const std::string& file, std::size_t most) {
    std::ifstream input{file, std::ios::binary};
    if (!input) throw std::runtime_error("the file cannot be read: " + file);
    std::string bytes(most, '\0');
    input.read(bytes.data(), static_cast<std::streamsize>(most));
    bytes.resize(static_cast<std::size_t>(input.gcount()));
    return bytes;
}

std::string keys_at(const std::string& place) {
    if (!place.starts_with("https://") && !place.starts_with("http://")) {
        return bytes_in(place, keys_max_bytes);
    }
    const std::atomic<bool> stop{false};
    auto body = KeySetUrl{place}.fetch(stop);
    if (!body) throw std::runtime_error("the keys cannot be fetched from " + place);
    return *std::move(body);
}

/// Text of others on a terminal: nothing in it steers the terminal.
std::string printable(std::string_view text) {
    std::string shown;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
        const bool c1 = byte == 0xC2 && next >= 0x80 && next < 0xA0;
        if (c1) ++at;
        shown += c1 || byte < 0x20 || byte == 0x7F ? '?' : static_cast<char>(byte);
    }
    return shown;
}

}  // namespace

CLI::App* add_receipt_check(CLI::App& audit, ReceiptCheck& check) {
    auto* app =
        audit.add_subcommand("verify-receipt", "check a consent receipt, and say what it says");
    app->add_option("file", check.file, "the receipt as it was downloaded")->required();
    app->add_option("--keys", check.keys,
                    "the server's keys for receipts: a JWKS file, or the URL of "
                    "/.well-known/receipt-keys.json")
        ->required();
    return app;
}

Result<std::string> verified_receipt(std::string_view receipt, std::string_view jwks) {
    const auto keys = KeySet::parse(jwks);
    if (!keys) return keys.error();
    auto unverified = UnverifiedToken::parse(receipt, {std::string{receipt_type}});
    if (!unverified) return std::move(unverified).error();
    const auto key = unverified->select_key(*keys);
    if (!key) return key.error();
    const bool holds =
        (*key)->algorithm() == Algorithm::EdDSA &&
        eddsa_holds((*key)->material(), unverified->signing_input(), unverified->signature());
    const auto check = holds ? SignatureCheck::valid : SignatureCheck::invalid;
    auto accepted = SignedToken::accept(*std::move(unverified), **key, check);
    if (!accepted) return std::move(accepted).error();
    const auto first = receipt.find('.') + 1;
    return base64url_decode(receipt.substr(first, receipt.rfind('.') - first)).value();
}

int run_receipt_check(const ReceiptCheck& check) {
    start_cryptography();
    auto receipt = bytes_in(check.file, limits::token_max_bytes + 2);
    while (!receipt.empty() && (receipt.back() == '\n' || receipt.back() == '\r')) {
        receipt.pop_back();
    }
    const auto claims = verified_receipt(receipt, keys_at(check.keys));
    if (!claims) {
        std::printf("DOES NOT HOLD: %s: %s\n", std::string{to_string(claims.error().code)}.c_str(),
                    claims.error().message.c_str());
        return receipt_does_not_hold;
    }
    std::printf("the receipt holds\n%s\n", printable(*claims).c_str());
    return receipt_holds;
}

}  // namespace hallpass::server
