// A text is taken apart at a character: nothing is lost, and an empty part is a part.
#include "split.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass::server;

namespace {

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    while (!text.empty()) parts.push_back(take_until(text, ','));
    return parts;
}

using Parts = std::vector<std::string_view>;

}  // namespace

TEST_CASE("a text is taken up to a character, and goes on behind it") {
    std::string_view text = "one,two";
    CHECK(take_until(text, ',') == "one");
    CHECK(text == "two");
    CHECK(take_until(text, ',') == "two");
    CHECK(text.empty());
    CHECK(take_until(text, ',').empty());
    CHECK(text.empty());
}

TEST_CASE("empty parts are taken too, but for one at the end") {
    CHECK(parts_of(",a,,b") == Parts{"", "a", "", "b"});
    CHECK(parts_of("a,") == Parts{"a"});
    CHECK(parts_of(",") == Parts{""});
    CHECK(parts_of("").empty());
    CHECK(parts_of("no other") == Parts{"no other"});
}

TEST_CASE("words are what stands between spaces, and nothing else") {
    CHECK(words_of("  ada   lovelace ") == Parts{"ada", "lovelace"});
    CHECK(words_of("one") == Parts{"one"});
    CHECK(words_of("a\tb,c") == Parts{"a\tb,c"});
    CHECK(words_of("   ").empty());
    CHECK(words_of("").empty());
}
