// The module's memory. A call's texts are short and die with it, so blocks are kept in lists by
// size and used again as they are; nothing is ever joined or given back. What each size has at its
// peak bounds the whole.

#include <cstddef>
#include <cstdint>
#include <new>

extern "C" char __heap_base;

namespace {

constexpr std::size_t page = 65536;
constexpr std::size_t alignment = 16;
constexpr std::size_t most = std::size_t{1} << 30;

/// What stands before a block, or in place of one that is free.
struct Block {
    std::uint32_t list;
    Block* next;
};

// Four sizes for each power of two: a block is at most a quarter larger than what was asked for.
Block* free_blocks[4 * 32];
std::uintptr_t unused;

struct Size {
    std::size_t bytes;
    std::uint32_t list;
};

Size size_for(std::size_t wanted) {
    const auto power = static_cast<std::uint32_t>(31 - __builtin_clz(wanted));
    const auto step = std::uint32_t{1} << (power - 2);
    const auto bytes = (wanted + step - 1) & ~std::size_t{step - 1};
    return {bytes, (power << 2) + static_cast<std::uint32_t>((bytes >> (power - 2)) - 4)};
}

/// Takes memory that was never used. The module traps where there is none.
Block* fresh(std::size_t bytes) {
    if (unused == 0) {
        constexpr std::uintptr_t low = alignment - 1;
        unused = (reinterpret_cast<std::uintptr_t>(&__heap_base) + low) & ~low;
    }
    const auto place = unused;
    const auto pages = (place + bytes + page - 1) / page;
    const auto held = __builtin_wasm_memory_size(0);
    if (pages > held && __builtin_wasm_memory_grow(0, pages - held) == SIZE_MAX) __builtin_trap();
    unused = place + bytes;
    return reinterpret_cast<Block*>(place);
}

}  // namespace

void* operator new(std::size_t wanted) {
    if (wanted > most) __builtin_trap();
    // Whole multiples of the alignment, the block's head included.
    const auto [bytes, list] = size_for((wanted + 2 * alignment - 1) & ~(alignment - 1));
    auto* block = free_blocks[list];
    if (block != nullptr) {
        free_blocks[list] = block->next;
    } else {
        block = fresh(bytes);
        block->list = list;
    }
    return reinterpret_cast<char*>(block) + alignment;
}

void operator delete(void* memory) noexcept {
    if (memory == nullptr) return;
    auto* block = reinterpret_cast<Block*>(static_cast<char*>(memory) - alignment);
    block->next = free_blocks[block->list];
    free_blocks[block->list] = block;
}
