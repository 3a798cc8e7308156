#include <vector>

#include "exchange.hpp"
#include "hallpass/revocation.hpp"
#include "slots.hpp"

namespace hallpass::abi {
namespace {

struct List {
    std::vector<std::uint8_t> bytes;
    unsigned bits;
};

Slots<List> lists;

}  // namespace

/// Makes room for a decompressed status list (Token Status List, section 4.1).
/// @returns a handle, or `refused`; word 2: where the caller writes the list's bytes
HP_EXPORT(hp_list) std::int32_t hp_list(std::uint32_t size, std::uint32_t bits) {
    List list{std::vector<std::uint8_t>(size), bits};
    if (const auto checked = StatusList::over(list.bytes, bits); !checked) {
        return refuse(checked.error());
    }
    const auto handle = lists.add(std::move(list));
    fields.word[2] = address_of(lists.find(handle)->bytes.data());
    return handle;
}
HP_EXPORT(hp_list_free) void hp_list_free(std::int32_t handle) { lists.release(handle); }

/// @returns the status at `index`, or -1 where the list does not reach that far (which counts as
///          revoked).
HP_EXPORT(hp_list_status) std::int32_t hp_list_status(std::int32_t handle, double index) {
    const auto* list = lists.find(handle);
    if (list == nullptr || !(index >= 0 && index < 9007199254740992.0)) return -1;
    const auto view = StatusList::over(list->bytes, list->bits);
    if (!view) return -1;
    const auto status = view->at(static_cast<std::uint64_t>(index));
    return status ? *status : -1;
}

}  // namespace hallpass::abi
