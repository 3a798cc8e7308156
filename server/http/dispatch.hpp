#pragma once

#include <functional>
#include <memory>

#include "application.hpp"

namespace hallpass::server {

/// Brings one request to its handler and its answer back: the one place where credentials are
/// checked, changes are made once per Idempotency-Key, and faults become answers.
class Dispatch : public std::enable_shared_from_this<Dispatch> {
  public:
    Dispatch(Application& application, Request request, Respond respond)
        : application_(application), respond_(std::move(respond)) {
        exchange_.request = std::move(request);
    }
    void run();

  private:
    Result<Done> prepare();
    Result<Done> read_body();
    Result<Done> check_cookie_origin() const;
    Result<Identity> admit(Connection& store, Instant now) const;
    Result<Done> check_who(const Identity& identity) const;

    void tell(PlainHandler handler);
    void read(ReadHandler handler);
    void read_alone(ReadHandler handler);
    Answer answer_from(Connection& store, ReadHandler handler) const;
    /// What can be looked up before the request's turn comes; nothing where that gains nothing.
    std::function<void(Connection&)> foreseen();
    void write(WriteHandler handler);
    void open_stream(StreamHandler handler);
    /// Goes on where it holds nobody else up.
    template <class Handler>
    void aside(void (Dispatch::*work)(Handler), Handler handler);
    bool change(WriteHandler handler, Transaction& transaction);
    Result<Answer> change_once(WriteHandler handler, const Call& call, Transaction& transaction);
    std::optional<Answer> kept_answer(const Call& call, Transaction& transaction,
                                      const std::string& key, const std::string& fingerprint);

    void answer(Answer answer);
    /// In the words of the route.
    Answer refusal(const Error& error) const;
    void fail(const std::exception& fault);

    Application& application_;
    Respond respond_;
    Exchange exchange_;
    Answer pending_;  // of a change, until it is durable
};

}  // namespace hallpass::server
