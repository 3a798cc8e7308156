#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/connection.hpp"

namespace hallpass::server {

/// A request that looks something up and changes nothing.
struct ReadJob {
    /// Looks up what `work` will, as far as that is known before: it finds nothing.
    std::function<void(Connection&)> foresee;
    std::function<void(Connection&)> work;
    /// Called where `work` threw, or could not be begun.
    std::function<void(const std::exception&)> failed;
};

/// Reads whatever waits at the same time in one snapshot that is taken afterwards, on a connection
/// and a thread of its own. What the jobs foresee is asked for together: all of them cost hardly
/// more round trips, and far less of the database's time, than one.
class GatheredReads {
  public:
    explicit GatheredReads(std::shared_ptr<const Engine> engine);
    ~GatheredReads();
    GatheredReads(const GatheredReads&) = delete;
    GatheredReads& operator=(const GatheredReads&) = delete;

    /// `failed` is called at once where it has stopped.
    void add(ReadJob job);
    /// Answers all that wait and refuses more. Not from a job.
    void stop();

  private:
    using Jobs = std::vector<ReadJob>;
    void run();
    Jobs next();
    bool any_waiting();
    void read(const Jobs& jobs);
    /// @returns false where a statement failed: then each job is to find out whether it was its own
    bool begin(const Jobs& jobs);
    /// @returns whether its transaction can go on; where it cannot, the job is not answered yet
    bool run_one(const ReadJob& job);
    void end();
    /// Gives up what is under way, and the connection where that cannot be.
    void undo();
    void read_alone(const ReadJob& job);

    const std::shared_ptr<const Engine> engine_;
    std::unique_ptr<Connection> connection_;

    std::mutex mutex_;
    std::condition_variable changed_;
    Jobs waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace hallpass::server
