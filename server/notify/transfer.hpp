#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "libcurl.hpp"
#include "notify/egress.hpp"

namespace hallpass::server {

/// What came of one attempt to send.
struct Outcome {
    enum class Kind { delivered, failed, failed_for_good, stopped };
    Kind kind = Kind::failed;
    std::string failure;  ///< for operators: what went wrong, without addresses or contents
    std::chrono::milliseconds wait_at_least{0};  ///< what the other side asked for
};

/// libcurl's easy handle for one kind of destination, set up the same strict way for all: no
/// redirects, no proxy from the environment, no netrc, TLS 1.2 at least, limits on time and on
/// what is read of an answer. Connections are kept between transfers. Not for two threads at once.
class Transfer {
  public:
    /// @param protocols libcurl's list, such as "https"
    /// @param ca_file empty: the system's certificate authorities
    /// @param stop when it becomes true, a running transfer ends within a second
    /// @throws std::runtime_error
    Transfer(const char* protocols, const std::string& ca_file, std::chrono::milliseconds longest,
             const std::atomic<bool>& stop);

    // libcurl keeps this object's address.
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer() = default;

    /// Connections go only where `egress` allows; it must outlive this.
    void limit_to(const Egress& egress);

    template <class Value>
    void set(CURLoption option, Value value) {
        check(libcurl().easy_setopt(handle_.get(), option, value));
    }
    CURL* handle() const { return handle_.get(); }

    /// @returns the result of the transfer; the answer's body is dropped
    CURLcode run();
    /// The last answer's status; 0 where there was none.
    long status() const;

  private:
    static void check(CURLcode code);
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static curl_socket_t on_connect(void* egress, curlsocktype purpose, curl_sockaddr* address);

    struct Close {
        void operator()(CURL* handle) const { libcurl().easy_cleanup(handle); }
    };
    std::unique_ptr<CURL, Close> handle_;
    const std::atomic<bool>& stop_;
    std::size_t received_bytes_ = 0;
};

/// A list of header lines for libcurl.
class HeaderLines {
  public:
    HeaderLines() = default;
    ~HeaderLines() { libcurl().slist_free_all(lines_); }
    HeaderLines(const HeaderLines&) = delete;
    HeaderLines& operator=(const HeaderLines&) = delete;
    /// @throws std::runtime_error for a line that holds a line break
    void add(const std::string& name, const std::string& value);
    curl_slist* get() const { return lines_; }

  private:
    curl_slist* lines_ = nullptr;
};

/// The content of a file with a secret, without the line feed at its end.
/// @throws std::runtime_error where it cannot be read
std::string secret_in_file(const std::string& path);

}  // namespace hallpass::server
