#include <boost/multiprecision/cpp_int.hpp>

#include "decimal.hpp"
#include "generators.hpp"

using namespace hallpass;
using namespace hallpass::property;

namespace {

using boost::multiprecision::cpp_int;
using boost::multiprecision::cpp_rational;

cpp_int power_of_ten(int exponent) {
    return boost::multiprecision::pow(cpp_int{10}, static_cast<unsigned>(exponent));
}

/// The exact value of a JSON number, by schoolbook arithmetic on fractions.
cpp_rational exact(std::string text) {
    const bool negative = text.front() == '-';
    if (negative) text.erase(0, 1);
    int exponent = 0;
    if (const auto at = text.find_first_of("eE"); at != std::string::npos) {
        exponent = std::stoi(text.substr(at + 1));
        text.resize(at);
    }
    if (const auto at = text.find('.'); at != std::string::npos) {
        exponent -= static_cast<int>(text.size() - at - 1);
        text.erase(at, 1);
    }
    // A leading zero would make it octal.
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    cpp_rational value{cpp_int{text}};
    value *= exponent >= 0 ? cpp_rational{power_of_ten(exponent)}
                           : cpp_rational{1, power_of_ten(-exponent)};
    return negative ? cpp_rational{-value} : value;
}

const cpp_rational year_10000{253402300800};

}  // namespace

TEST_CASE("a NumericDate is any number from 0 to the year 9999, without loss") {
    holds("NumericDate", [] {
        const auto text = *json_numbers();
        const auto value = exact(text);
        const auto date = NumericDate::parse(text);
        RC_ASSERT(date.has_value() == (value >= 0 && value < year_10000));
        if (!date) return;
        cpp_rational again{cpp_int{date->seconds}};
        if (!date->fraction.empty()) again += exact("0." + date->fraction);
        RC_ASSERT(again == value);
        const cpp_rational ms{cpp_int{to_unix_ms(date->ceil_to_ms())}};
        RC_ASSERT(ms >= value * 1000);
        RC_ASSERT(ms - 1 < value * 1000);
    });
}

TEST_CASE("NumericDates are ordered as the numbers are") {
    holds("order", [] {
        const auto near = *rc::gen::inRange<std::int64_t>(0, 2'000'000'000);
        const auto spelt = [&] {
            return *rc::gen::oneOf(
                json_numbers(),
                rc::gen::map(rc::gen::container<std::string>(3, rc::gen::inRange('0', ':')),
                             [near](const std::string& fraction) {
                                 return std::to_string(near) + "." + fraction;
                             }),
                rc::gen::map(rc::gen::inRange(0, 3),
                             [near](int more) { return std::to_string(near + more) + "000e-3"; }));
        };
        const auto left = spelt();
        const auto right = spelt();
        const auto left_date = NumericDate::parse(left);
        const auto right_date = NumericDate::parse(right);
        RC_PRE(left_date.has_value() && right_date.has_value());
        const auto left_value = exact(left);
        const auto right_value = exact(right);
        RC_ASSERT((*left_date < *right_date) == (left_value < right_value));
        RC_ASSERT((*left_date == *right_date) == (left_value == right_value));
        RC_ASSERT((*left_date > *right_date) == (left_value > right_value));
    });
}

TEST_CASE("a Decimal is an integer exactly where the number is one") {
    holds("Decimal", [] {
        const auto text = *json_numbers();
        const auto value = exact(text);
        constexpr std::int64_t most = (std::int64_t{1} << 53) - 1;
        const auto decimal = Decimal::of(text);
        RC_ASSERT(decimal.zero() == (value == 0));
        const auto integer = decimal.integer(most);
        const bool whole = denominator(value) == 1 && abs(numerator(value)) <= most;
        RC_ASSERT(integer.has_value() == whole);
        if (integer) RC_ASSERT(cpp_rational{cpp_int{*integer}} == value);
    });
}

TEST_CASE("a number keeps its value through JSON") {
    holds("json", [] {
        const auto text = *json_numbers();
        const auto document = json::Document::parse(text);
        RC_ASSERT(document.ok());
        RC_ASSERT(exact(std::string{*document->root().number_text()}) == exact(text));
    });
}
