#include "input.hpp"

using namespace hallpass;
using namespace hallpass::fuzz;

namespace {

const KeySet& keys() {
    static const auto set =
        KeySet::parse(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k",)"
                      R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
    return *set;
}

void expect_session(const LiveSession& session, Instant now) {
    expect(now < session.not_after() && now >= session.not_before());
    expect(is_valid_id(session.subject().str()) && is_valid_id(session.agent().str()));
    expect(is_valid_id(session.session().str()));
    expect(ScopeSet::parse(session.scopes().text(), "scope")->text() == session.scopes().text());
    expect(session.check_again(now, session.scopes()).ok());
    expect(!session.check_again(session.not_after(), {}).ok());
}

}  // namespace

// The payload of a token whose signature holds: everything that reads claims.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto header = base64url_encode(R"({"alg":"EdDSA","kid":"k","typ":"at+jwt"})");
    const auto text =
        with_signature(header + "." + base64url_encode(text_of(data, size)), std::string(64, '\1'));
    auto token = UnverifiedToken::parse(text, {"at+jwt"});
    if (!token) return 0;
    const auto key = token->select_key(keys());
    expect(key.ok());
    const auto accepted = SignedToken::accept(*std::move(token), **key, SignatureCheck::valid);
    expect(accepted.ok());
    const auto now = from_unix_s(1'800'000'000);
    for (const std::chrono::seconds skew : {std::chrono::seconds{0}, std::chrono::seconds{60}}) {
        const auto session =
            LiveSession::check(*accepted, {"https://api.example.com", "app", skew}, now);
        if (session) {
            expect_session(*session, now);
        } else {
            expect_sound(session.error());
        }
    }
    return 0;
}
