#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

namespace {

const KeySet& keys() {
    static const auto set =
        KeySet::parse(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k",)"
                      R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},)"
                      R"({"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]})");
    return *set;
}

}  // namespace

// A whole token, as it comes in a header: form, key choice, and what follows if its signature held.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = text_of(data, size);
    const std::vector<std::string> types{"at+jwt", ""};
    auto token = UnverifiedToken::parse(text, types);
    if (!token) {
        expect_sound(token.error());
        return 0;
    }
    // One spelling alone has this form.
    expect(with_signature(std::string{token->signing_input()}, token->signature()) == text);
    const auto key = token->select_key(keys());
    if (!key) {
        expect_sound(key.error());
        return 0;
    }
    auto same = UnverifiedToken::parse(text, types);
    expect(same.ok());
    expect(!SignedToken::accept(*std::move(same), **key, SignatureCheck::invalid).ok());
    const auto accepted = SignedToken::accept(*std::move(token), **key, SignatureCheck::valid);
    if (!accepted) {
        expect_sound(accepted.error());
        return 0;
    }
    const auto session = LiveSession::check(*accepted, {"https://api.example.com", "app"},
                                            from_unix_s(1'800'000'000));
    if (!session) expect_sound(session.error());
    return 0;
}
