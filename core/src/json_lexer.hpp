#pragma once

#include <string_view>

namespace hallpass::json {

enum class Token : char {
    begin_object = '{',
    end_object = '}',
    begin_array = '[',
    end_array = ']',
    name_separator = ':',
    value_separator = ',',
    string = '"',
    number = '0',
    literal_true = 't',
    literal_false = 'f',
    literal_null = 'n',
    end_of_input = '\0',
    malformed = '!'
};

/// Reads the tokens of RFC 8259 from a text that is the caller's to write in: a string is unescaped
/// where it stands, which never makes it longer.
class Lexer {
  public:
    /// @param end where a zero byte ends the text. One before that is malformed wherever it stands,
    ///        so nothing else looks for the end.
    Lexer(char* begin, const char* end) : at_(begin), end_(end) {}

    Token scan();
    /// The last string, unescaped and well-formed UTF-8; or the last number as it is spelt.
    std::string_view text() const { return text_; }

  private:
    Token literal(std::string_view word);
    Token number();
    Token string();
    bool digits();
    bool unescape(char*& written);
    bool unescape_code_point(char*& written);
    bool copy_code_point(char*& written);

    char* at_;
    const char* end_;
    std::string_view text_;
};

}  // namespace hallpass::json
