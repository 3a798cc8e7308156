// What the C library would ask its host for. The module has no host: it imports nothing.
// The link (CMakeLists.txt) sends calls of the wrapped names here.

#include <cstddef>
#include <cstdint>

namespace {
constexpr std::size_t short_size = 96;
}

extern "C" {

// The core never aborts on input; what is left (memory exhausted, a broken invariant) traps.
[[noreturn]] void __wrap_abort() { __builtin_trap(); }

// Callers look at the memory again after every call that may allocate; nobody needs to be told.
void emscripten_notify_memory_growth(std::size_t) {}

// nlohmann's lexer asks what numbers are, which the core never looks at: it keeps them as they are
// spelt (json_document.cpp). The real strtod brings 128-bit arithmetic along, some 9 KB of it.
double __wrap_strtod(const char* text, char** end) {
    while (*text != '\0') ++text;
    if (end != nullptr) *end = const_cast<char*>(text);
    return 0.0;
}
long long __wrap_strtoll(const char* text, char** end, int) {
    return static_cast<long long>(__wrap_strtod(text, end));
}
unsigned long long __wrap_strtoull(const char* text, char** end, int) {
    return static_cast<unsigned long long>(__wrap_strtod(text, end));
}

// Texts and structs are short, and a host takes longer to begin a memory.copy or memory.fill than
// these take to end. The rest of the module is compiled without those instructions.
void* memmove(void* target, const void* source, std::size_t size) {
    auto* to = static_cast<unsigned char*>(target);
    const auto* from = static_cast<const unsigned char*>(source);
    const auto ahead =
        reinterpret_cast<std::uintptr_t>(to) - reinterpret_cast<std::uintptr_t>(from);
    if (size > short_size || ahead < size) return __builtin_memmove(target, source, size);
    for (std::uint64_t word; size >= sizeof word;
         to += sizeof word, from += sizeof word, size -= sizeof word) {
        __builtin_memcpy(&word, from, sizeof word);
        __builtin_memcpy(to, &word, sizeof word);
    }
    for (; size > 0; --size) *to++ = *from++;
    return target;
}
void* memcpy(void* target, const void* source, std::size_t size) {
    return memmove(target, source, size);
}
void* memset(void* target, int value, std::size_t size) {
    if (size > short_size) return __builtin_memset(target, value, size);
    auto* to = static_cast<unsigned char*>(target);
    const auto byte = static_cast<unsigned char>(value);
    const std::uint64_t word = byte * std::uint64_t{0x0101010101010101};
    for (; size >= sizeof word; to += sizeof word, size -= sizeof word) {
        __builtin_memcpy(to, &word, sizeof word);
    }
    for (; size > 0; --size) *to++ = byte;
    return target;
}

// Emscripten's compares byte by byte where it is built for size.
int memcmp(const void* left, const void* right, std::size_t size) {
    const auto* a = static_cast<const unsigned char*>(left);
    const auto* b = static_cast<const unsigned char*>(right);
    for (std::uint64_t x, y; size >= sizeof x; a += sizeof x, b += sizeof x, size -= sizeof x) {
        __builtin_memcpy(&x, a, sizeof x);
        __builtin_memcpy(&y, b, sizeof y);
        if (x != y) break;
    }
    for (; size > 0; ++a, ++b, --size) {
        if (*a != *b) return *a - *b;
    }
    return 0;
}

// nlohmann's lexer spells control characters for messages that nobody is shown.
int __wrap_snprintf(char* text, std::size_t size, const char*, ...) {
    if (size > 0) *text = '\0';
    return 0;
}
}
