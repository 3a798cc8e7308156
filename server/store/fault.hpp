#pragma once

#include <stdexcept>

namespace hallpass::server {

/// The store could not do what was asked: disk, lock, time limit.
class StoreFault : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};
/// A unique index or another constraint refused a row.
class ConstraintViolation : public StoreFault {
  public:
    using StoreFault::StoreFault;
};
/// Two transactions got in each other's way: done again from its beginning, this one may succeed.
class TransactionConflict : public StoreFault {
  public:
    using StoreFault::StoreFault;
};
/// The connection is gone, and with it whatever was not committed.
class ConnectionLost : public StoreFault {
  public:
    using StoreFault::StoreFault;
};

/// Somebody else held a lock for longer than the database waits for one.
class LockTimeout : public StoreFault {
  public:
    using StoreFault::StoreFault;
};

/// Of a hurried transaction (Connection::begin_hurried_write): a statement before this one has
/// failed. It is no fault of the store, so that no change answers for it: the transaction is run
/// again.
struct Spoiled {};

}  // namespace hallpass::server
