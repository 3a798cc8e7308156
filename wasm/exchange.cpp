#include "exchange.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "hallpass/wire.hpp"

namespace hallpass::abi {

Fields fields;

namespace {

// Grows to the longest input seen and is reused, so that a hot call allocates nothing.
std::vector<char> buffer;

std::string owned_text;

}  // namespace

const char* input() { return buffer.data(); }

void give(std::size_t first_word, std::string_view text) {
    fields.word[first_word] = address_of(text.data());
    fields.word[first_word + 1] = static_cast<std::uint32_t>(text.size());
}

void give_owned(std::string text) {
    owned_text = std::move(text);
    give(0, owned_text);
}

std::int32_t refuse(const Error& error) {
    give_owned(wire::error_json(error));
    return refused;
}

double refuse_number(const Error& error) {
    refuse(error);
    return std::numeric_limits<double>::quiet_NaN();
}

std::optional<Instant> instant_of(double unix_ms) {
    const double whole = std::floor(unix_ms);
    // What is no number is in no range.
    if (!(whole >= static_cast<double>(min_instant_unix_ms) &&
          whole <= static_cast<double>(max_instant_unix_ms))) {
        return std::nullopt;
    }
    return from_unix_ms(static_cast<std::int64_t>(whole));
}

Refusal no_instant(double unix_ms, std::string_view field) {
    if (!std::isfinite(unix_ms)) {
        return invalid(field, Reason::wrong_type,
                       "a time is a finite number of milliseconds since the epoch");
    }
    return invalid(field, Reason::out_of_range, "a time must lie between the years 1 and 9999");
}

Result<Instant> read_instant(double unix_ms, std::string_view field) {
    if (const auto instant = instant_of(unix_ms)) return *instant;
    return no_instant(unix_ms, field);
}

/// Makes room for `size` bytes of input. @returns where they go; memory may have grown.
HP_EXPORT(hp_input) Address hp_input(std::uint32_t size) {
    if (buffer.size() < size) buffer.resize(size);
    return address_of(buffer.data());
}

/// @returns where the result fields are, for good.
HP_EXPORT(hp_fields) Address hp_fields() { return address_of(&fields); }

}  // namespace hallpass::abi
