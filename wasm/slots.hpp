#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace hallpass::abi {

/// Objects that callers know by number, whatever they are: one table's code serves all kinds.
class SlotTable {
  public:
    std::int32_t add(void* object);
    /// The object, or null where the number stands for none.
    void* find(std::int32_t number) const;
    /// Gives the object up. Its number is used again.
    void* take(std::int32_t number);

  private:
    static constexpr std::int32_t none = -1;
    struct Place {
        void* object;            // null where it is free
        std::int32_t next_free;  // the free place after this one
    };
    std::vector<Place> places_;
    std::int32_t free_ = none;
};

/// Objects of one kind that callers know by number. They live as long as the module.
template <class T>
class Slots {
  public:
    std::int32_t add(T&& object) { return table_.add(new T(std::move(object))); }
    /// The object, or null where the number stands for none.
    T* find(std::int32_t number) const { return static_cast<T*>(table_.find(number)); }
    void release(std::int32_t number) { delete static_cast<T*>(table_.take(number)); }

  private:
    SlotTable table_;
};

}  // namespace hallpass::abi
