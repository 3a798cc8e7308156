#include "http/worker_threads.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>

namespace hallpass::server {

struct WorkerThreads::Pool {
    explicit Pool(unsigned count) : threads(count) {}
    std::atomic<bool> hurried = false;
    boost::asio::thread_pool threads;
};

WorkerThreads::WorkerThreads(unsigned count) : pool_(std::make_unique<Pool>(count)) {}

WorkerThreads::~WorkerThreads() { stop(); }

void WorkerThreads::run(std::function<void()> job) {
    boost::asio::post(pool_->threads, std::move(job));
}

void WorkerThreads::hurry() { pool_->hurried = true; }

bool WorkerThreads::hurried() const { return pool_->hurried; }

void WorkerThreads::stop() { pool_->threads.join(); }

}  // namespace hallpass::server
