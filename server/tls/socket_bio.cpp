#include "tls/socket_bio.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <new>

namespace hallpass::server {
namespace {

int handle_of(BIO* bio) { return *static_cast<const int*>(BIO_get_data(bio)); }

bool later(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

int send_some(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const auto sent = ::send(handle_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent < 0 && later(errno)) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int receive_some(BIO* bio, char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const auto received = ::recv(handle_of(bio), bytes, static_cast<std::size_t>(size), 0);
    if (received < 0 && later(errno)) BIO_set_retry_read(bio);
    return static_cast<int>(received);
}

long answer(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

struct MethodDeleter {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

std::unique_ptr<BIO_METHOD, MethodDeleter> make_method() {
    std::unique_ptr<BIO_METHOD, MethodDeleter> method{
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hallpass socket")};
    if (!method || BIO_meth_set_write(method.get(), send_some) != 1 ||
        BIO_meth_set_read(method.get(), receive_some) != 1 ||
        BIO_meth_set_ctrl(method.get(), answer) != 1) {
        throw std::bad_alloc{};
    }
    return method;
}

}  // namespace

Owned<BIO> socket_bio(int& socket) {
    static const auto method = make_method();
    Owned<BIO> bio{BIO_new(method.get())};
    if (!bio) throw std::bad_alloc{};
    BIO_set_data(bio.get(), &socket);
    BIO_set_init(bio.get(), 1);
    return bio;
}

}  // namespace hallpass::server
