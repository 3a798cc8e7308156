#pragma once

#include <functional>
#include <memory>

namespace hallpass::server {

/// Threads for what may take its time: a long look-up, a database that does not answer. The ones
/// that all connections share stay free for everybody else meanwhile.
class WorkerThreads {
  public:
    explicit WorkerThreads(unsigned count);
    /// As `stop`.
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    /// Runs the job, which must not throw, on one of them when its turn comes. From any thread.
    void run(std::function<void()> job);
    /// From now on jobs that begin are to give up at once (`hurried`): many may be waiting. From
    /// any thread.
    void hurry();
    bool hurried() const;
    /// Waits until all jobs are over, and those that they add. None may be added afterwards. Not
    /// from a job; again is harmless.
    void stop();

  private:
    struct Pool;
    const std::unique_ptr<Pool> pool_;
};

}  // namespace hallpass::server
