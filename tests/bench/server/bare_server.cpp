// What the machine gives: a bare Beast server. GET / says hello. POST / signs a token-sized text
// with libsodium and makes as many rows durable as the start of a session does, on SQLite with
// group commit.
//   bare_server FILE    prints its port
#include <sodium.h>
#include <sqlite3.h>
#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Error = boost::system::error_code;
using Done = std::function<void()>;

// hallpassd's: session, token, two entries of the record, the status list's count.
constexpr int rows_a_start = 5;
constexpr std::size_t row_bytes = 300;

class Rows {
  public:
    explicit Rows(const char* file) {
        check(sqlite3_open(file, &database_));
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=FULL");
        run("CREATE TABLE rows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
        check(sqlite3_prepare_v2(database_, "INSERT INTO rows (body) VALUES (?)", -1, &insert_,
                                 nullptr));
        writer_ = std::thread{[this] { write(); }};
    }

    void add(Done done) {
        {
            const std::lock_guard lock{mutex_};
            waiting_.push_back(std::move(done));
        }
        changed_.notify_one();
    }

  private:
    static void check(int result) {
        if (result != SQLITE_OK && result != SQLITE_DONE) throw std::runtime_error("SQLite failed");
    }
    void run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }

    void write() {
        const std::string body(row_bytes, 'x');
        for (;;) {
            std::vector<Done> group;
            {
                std::unique_lock lock{mutex_};
                changed_.wait(lock, [&] { return !waiting_.empty(); });
                group.swap(waiting_);
            }
            run("BEGIN IMMEDIATE");
            for (std::size_t row = 0; row < group.size() * rows_a_start; ++row) {
                check(sqlite3_bind_text(insert_, 1, body.data(), static_cast<int>(body.size()),
                                        SQLITE_STATIC));
                check(sqlite3_step(insert_));
                check(sqlite3_reset(insert_));
            }
            run("COMMIT");
            for (auto& done : group) done();
        }
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Done> waiting_;
    std::thread writer_;
};

struct Signer {
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
    Signer() { crypto_sign_keypair(open.data(), secret.data()); }
    std::string sign(const std::string& text) const {
        std::array<unsigned char, crypto_sign_BYTES> signature{};
        crypto_sign_detached(signature.data(), nullptr,
                             reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                             secret.data());
        std::string hex(signature.size() * 2 + 1, '\0');
        sodium_bin2hex(hex.data(), hex.size(), signature.data(), signature.size());
        hex.pop_back();
        return hex;
    }
};

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(asio::ip::tcp::socket socket, Rows& rows, const Signer& signer)
        : socket_(std::move(socket)), rows_(rows), signer_(signer) {}

    void read() {
        request_ = {};
        http::async_read(socket_, buffer_, request_,
                         [self = shared_from_this()](Error error, std::size_t) {
                             if (!error) self->answer();
                         });
    }

  private:
    void answer() {
        if (request_.method() == http::verb::get) return write("hello");
        auto token = signer_.sign(std::string(row_bytes, 'x'));
        rows_.add([self = shared_from_this(), token] {
            asio::post(self->socket_.get_executor(), [self, token] { self->write(token); });
        });
    }
    void write(std::string body) {
        response_ = {http::status::ok, 11};
        response_.keep_alive(true);
        response_.body() = std::move(body);
        response_.prepare_payload();
        http::async_write(socket_, response_,
                          [self = shared_from_this()](Error error, std::size_t) {
                              if (!error) self->read();
                          });
    }

    asio::ip::tcp::socket socket_;
    Rows& rows_;
    const Signer& signer_;
    boost::beast::flat_buffer buffer_;
    http::request<http::string_body> request_;
    http::response<http::string_body> response_;
};

void accept(asio::io_context& io, asio::ip::tcp::acceptor& acceptor, Rows& rows,
            const Signer& signer) {
    acceptor.async_accept(asio::make_strand(io), [&](Error error, asio::ip::tcp::socket socket) {
        if (error) return;
        socket.set_option(asio::ip::tcp::no_delay(true));
        std::make_shared<Connection>(std::move(socket), rows, signer)->read();
        accept(io, acceptor, rows, signer);
    });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 || sodium_init() < 0) return 2;
    Rows rows{argv[1]};
    const Signer signer;
    asio::io_context io{2};
    asio::ip::tcp::acceptor acceptor{io, {asio::ip::make_address("127.0.0.1"), 0}};
    accept(io, acceptor, rows, signer);
    std::printf("listening on 127.0.0.1:%u\n", unsigned{acceptor.local_endpoint().port()});
    std::fflush(stdout);
    std::thread other{[&] { io.run(); }};
    io.run();
    other.join();
    return 0;
}
