#pragma once

#include <poll.h>

#include <boost/asio.hpp>

#include <cstdint>

namespace hallpass::server::test {

/// A client's socket that waits only so long for what comes or can be sent, and then fails with
/// `timed_out`: a test that hangs is worse than one that fails. (The system's own limits,
/// SO_RCVTIMEO and SO_SNDTIMEO, are nothing to Asio: it goes on waiting.)
class TimedSocket {
  public:
    using Error = boost::system::error_code;

    /// @param receive_bytes what the system keeps until it is read; 0: as much as it likes
    explicit TimedSocket(std::uint16_t port, int seconds = 20, int receive_bytes = 0)
        : limit_ms_(seconds * 1000) {
        socket_.open(boost::asio::ip::tcp::v4());
        if (receive_bytes > 0) {
            socket_.set_option(boost::asio::socket_base::receive_buffer_size(receive_bytes));
        }
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
        socket_.non_blocking(true);
    }

    /// Whether something comes, or the end, within that time.
    bool readable(int within_ms) { return is_ready(POLLIN, within_ms); }

    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, Error& error) {
        if (readable(limit_ms_)) return socket_.read_some(buffers, error);
        return gives_up(error);
    }
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers) {
        Error error;
        const auto bytes = read_some(buffers, error);
        if (error) throw boost::system::system_error{error};
        return bytes;
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, Error& error) {
        if (is_ready(POLLOUT, limit_ms_)) return socket_.write_some(buffers, error);
        return gives_up(error);
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers) {
        Error error;
        const auto bytes = write_some(buffers, error);
        if (error) throw boost::system::system_error{error};
        return bytes;
    }

  private:
    bool is_ready(short what, int within_ms) {
        pollfd watched{socket_.native_handle(), what, 0};
        return ::poll(&watched, 1, within_ms) > 0;
    }
    static std::size_t gives_up(Error& error) {
        error = boost::asio::error::timed_out;
        return 0;
    }

    int limit_ms_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_{io_};
};

}  // namespace hallpass::server::test
