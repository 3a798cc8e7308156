#include "generators.hpp"

using namespace hallpass;
using namespace hallpass::property;

namespace {

rc::Gen<std::string> any_bytes() {
    return rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

}  // namespace

TEST_CASE("bytes survive base64url") {
    holds("round trip", [] {
        const auto bytes = *any_bytes();
        const auto text = base64url_encode(bytes);
        RC_ASSERT(base64url_decode(text) == bytes);
        RC_ASSERT(text.size() == (bytes.size() * 4 + 2) / 3);
        RC_ASSERT(text.find_first_of("+/= \n") == std::string::npos);
    });
}

TEST_CASE("no two texts decode to the same bytes") {
    holds("one spelling", [] {
        auto text = base64url_encode(*any_bytes());
        const auto change = *rc::gen::inRange(0, 4);
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
        const char c = *rc::gen::oneOf(
            rc::gen::arbitrary<char>(),
            rc::gen::element('A', 'B', 'Q', 'g', 'w', '-', '_', '=', '+', '/', ' ', '\n', '\0'));
        if (change == 0) text.insert(at, 1, c);
        if (change == 1 && at < text.size()) text[at] = c;
        if (change == 2 && at < text.size()) text.erase(at, 1);
        if (change == 3) text += c;
        const auto bytes = base64url_decode(text);
        if (bytes) RC_ASSERT(base64url_encode(*bytes) == text);
    });
}

TEST_CASE("padding, white space and the other alphabet are refused") {
    holds("refused", [] {
        auto text = base64url_encode(*any_bytes());
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
        text.insert(at, 1,
                    *rc::gen::element('=', ' ', '\t', '\r', '\n', '+', '/', '.', '\0', '\x80'));
        RC_ASSERT(!base64url_decode(text));
    });
}
