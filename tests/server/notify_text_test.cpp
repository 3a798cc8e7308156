// What notifications are made of, each by itself: words, times, headers.
#include <array>

#include "hallpass_catch.hpp"
#include "notify/base64.hpp"
#include "notify/language.hpp"
#include "notify/mail_text.hpp"
#include "notify/phrases.hpp"

using namespace hallpass;
using namespace hallpass::server;

namespace {

Instant at(const char* text) { return parse_rfc3339(text, "at").value(); }
TimeZone zone(const char* name) { return ZoneTable::embedded().find(name).value(); }

constexpr std::array phrases{
#define HALLPASS_X(phrase) std::pair{Phrase::phrase, #phrase},
    HALLPASS_PHRASES(HALLPASS_X)
#undef HALLPASS_X
};

}  // namespace

TEST_CASE("both dictionaries say everything, with the same particulars") {
    for (const auto& [phrase, name] : phrases) {
        INFO(name);
        const auto english = wording(phrase, Language::en);
        const auto dutch = wording(phrase, Language::nl);
        for (const auto& words : {english, dutch}) {
            CHECK_FALSE(words.title.empty());
            CHECK(words.text.size() > 10);
        }
        CHECK(english.title != dutch.title);
        CHECK(english.text != dutch.text);
        const auto holds = [](const Wording& words, std::string_view place) {
            return words.text.find(place) != std::string_view::npos;
        };
        for (const auto* place : {"{until}", "{through}", "{user}"}) {
            INFO(place);
            CHECK(holds(english, place) == holds(dutch, place));
        }
        const Particulars all{"Jan", "Piet", "UNTIL", "THROUGH"};
        for (const auto& words : {english, dutch}) {
            CHECK(filled(words.title, all).find_first_of("{}") == std::string::npos);
            CHECK(filled(words.text, all).find_first_of("{}") == std::string::npos);
        }
    }
}

TEST_CASE("a name is never taken for a place") {
    const Particulars particulars{"{until}", "{agent}", "9 o'clock", ""};
    CHECK(filled("{agent} and {user} until {until}, {nobody}", particulars) ==
          "{until} and {agent} until 9 o'clock, {nobody}");
}

TEST_CASE("an end is told exactly, in the zone, also in the hour that comes twice") {
    const auto amsterdam = zone("Europe/Amsterdam");
    CHECK(moment_text(at("2026-05-07T12:30:00Z"), amsterdam, Language::en) ==
          "7 May 2026 at 14:30 (Europe/Amsterdam, UTC+02:00)");
    CHECK(moment_text(at("2026-05-07T12:30:09Z"), amsterdam, Language::nl) ==
          "7 mei 2026 om 14:30:09 (Europe/Amsterdam, UTC+02:00)");
    // The night of 24 to 25 October 2026: 02:30 is there twice.
    CHECK(moment_text(at("2026-10-25T00:30:00Z"), amsterdam, Language::en) ==
          "25 October 2026 at 02:30 (Europe/Amsterdam, UTC+02:00)");
    CHECK(moment_text(at("2026-10-25T01:30:00Z"), amsterdam, Language::en) ==
          "25 October 2026 at 02:30 (Europe/Amsterdam, UTC+01:00)");
    CHECK(moment_text(at("2026-01-01T00:00:00Z"), zone("America/St_Johns"), Language::en) ==
          "31 December 2025 at 20:30 (America/St_Johns, UTC-03:30)");
    // The instant is exclusive: midnight after the 7th is still "through 7 May".
    CHECK(through_text(at("2026-05-07T22:00:00Z"), amsterdam, Language::en) ==
          "through 7 May 2026");
    CHECK(through_text(at("2026-05-07T22:00:00Z"), amsterdam, Language::nl) == "t/m 7 mei 2026");
}

TEST_CASE("Dutch for who reads Dutch, English for everybody else") {
    for (const auto* locale : {"nl", "NL", "nl-NL", "nl_BE", "nl-Latn-NL"}) {
        INFO(locale);
        CHECK(language_of(locale) == Language::nl);
    }
    for (const auto* locale : {"", "n", "en", "nld-x", "fr-NL", "nlx"}) {
        INFO(locale);
        CHECK(language_of(locale) == Language::en);
    }
    CHECK(language_of(std::nullopt) == Language::en);
}

TEST_CASE("no name can break out of a header") {
    const std::string hostile[] = {"Jan\r\nBcc: all@example.nl",
                                   "Jan\nX: y",
                                   "Jan\rX: y",
                                   "Jan\xe2\x80\xa8X",
                                   std::string{"Jan\0X", 5},
                                   "\x7f",
                                   "\xc2\x85next",
                                   "=?utf-8?B?QQ==?=",
                                   "\"Jan\" <all@example.nl>",
                                   "\xe2\x80\xae"
                                   "evil",
                                   std::string(500, 'a')};
    for (const auto& name : hostile) {
        INFO(name);
        for (const auto& header : {header_text(name), header_name(name)}) {
            for (const char c : header) {
                CHECK(c >= ' ');
                CHECK(c <= '~');
            }
            // No word of more than 75 characters (RFC 2047 section 2).
            if (header.starts_with("=?")) {
                for (std::size_t from = 0, to = 0; from < header.size(); from = to + 1) {
                    to = std::min(header.find(' ', from), header.size());
                    CHECK(to - from <= 75);
                }
            }
        }
    }
    CHECK(header_name("Piet de Boer") == "\"Piet de Boer\"");
    CHECK(header_text("Zoë") == "=?utf-8?B?Wm/Dqw==?=");
    CHECK(header_name("a\"b") == "=?utf-8?B?YSJi?=");
    CHECK(header_name("Jan\r\nBcc: x") == "\"Jan  Bcc: x\"");
    // Two bytes of one letter stay together.
    const auto words = header_text(std::string(44, 'a') + "ë" + std::string(10, 'b'));
    CHECK(words.find("=?utf-8?B?" + base64(std::string(44, 'a')) + "?= ") == 0);
}

TEST_CASE("what is no plain address gets no mail") {
    for (const auto* good : {"piet@example.nl", "a.b+c@x", "o'neil@sub.example.com"}) {
        INFO(good);
        CHECK(is_mail_address(good));
    }
    const std::string bad[] = {"",
                               "piet",
                               "@x",
                               "piet@",
                               "a@b@c",
                               "a b@c",
                               "a@b\r\n",
                               "<a@b>",
                               "a,b@c",
                               "\"a\"@b",
                               "a@b;c",
                               "é@b",
                               "a@b\nRCPT TO:<c@d>",
                               std::string(250, 'a') + "@b.nl"};
    for (const auto& text : bad) {
        INFO(text);
        CHECK_FALSE(is_mail_address(text));
    }
    CHECK(mail_date(at("2025-10-18T14:30:05.9Z")) == "Sat, 18 Oct 2025 14:30:05 +0000");
}
