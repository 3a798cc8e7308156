#include "hallpass/token.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass;

TEST_CASE("base64url: the vectors of RFC 4648 section 10, without padding") {
    const std::pair<std::string_view, std::string_view> vectors[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : vectors) {
        CAPTURE(text);
        CHECK(base64url_encode(bytes) == text);
        CHECK(base64url_decode(text) == std::string{bytes});
    }
    CHECK(base64url_encode("\xFB\xFF\xBF") == "-_-_");  // the two characters of section 5
    CHECK(base64url_encode(std::string_view{"\0\0\0\0", 4}) == "AAAAAA");
}

TEST_CASE("base64url: every text of up to three characters is canonical or refused") {
    // A text is canonical exactly if encoding what it decodes to gives the text again.
    std::size_t accepted = 0, refused_all = 0;
    std::string text;
    const auto judge = [&] {
        const auto bytes = base64url_decode(text);
        if (!bytes) {
            ++refused_all;
        } else {
            ++accepted;
            if (base64url_encode(*bytes) != text) FAIL("not canonical: " << text);
        }
    };
    for (unsigned a = 0; a < 256; ++a) {
        text.assign(1, static_cast<char>(a));
        judge();
        for (unsigned b = 0; b < 256; ++b) {
            text = {static_cast<char>(a), static_cast<char>(b)};
            judge();
        }
    }
    CHECK(accepted == 256);  // one spelling for each single byte
    CHECK(refused_all == 256 + 65536 - 256);
    accepted = 0;
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const char a : letters) {
        for (const char b : letters) {
            for (const char c : letters) {
                text = {a, b, c};
                judge();
            }
        }
    }
    CHECK(accepted == 65536);  // one spelling for each pair of bytes
}

TEST_CASE("base64url: padding, white space and the other alphabet are refused") {
    for (const std::string_view bad :
         {"Zg==", "Zm8=", "Zg=", "=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v\r\n", "+/+/", "Zm9v.",
          "Zm9v\t", "Zh", "Zm9", "A", "AAAAA"}) {
        CAPTURE(bad);
        CHECK_FALSE(base64url_decode(bad));
    }
    CHECK_FALSE(base64url_decode(std::string_view{"Zm9\0", 4}));
}

TEST_CASE("base64url: all lengths and byte values come back") {
    std::string bytes;
    for (int i = 0; i < 600; ++i) {
        const auto text = base64url_encode(bytes);
        CHECK(text.size() == (bytes.size() * 4 + 2) / 3);
        REQUIRE(base64url_decode(text) == bytes);
        bytes += static_cast<char>(i * 37 % 256);
    }
}
