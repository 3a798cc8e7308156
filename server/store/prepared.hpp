#pragma once

#include <cstdint>
#include <functional>

#include "store/bound.hpp"

namespace hallpass::server {

/// A statement that is prepared once and run again and again.
class Prepared {
  public:
    Prepared() = default;
    virtual ~Prepared() = default;
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;

    /// Whether a run may have these columns and values; else it is prepared anew.
    virtual bool fits(Shape shape, const Binds& binds) const = 0;
    /// Runs what gives no rows. @returns how many rows it changed @throws soci::soci_error
    virtual std::int64_t execute(const Binds& binds) = 0;
    /// Runs a query, and always to its end: one that is left halfway holds its snapshot open.
    /// @throws soci::soci_error, and what `row` throws
    virtual void fetch(const Binds& binds, const std::function<void(Columns&)>& row) = 0;
};

}  // namespace hallpass::server
