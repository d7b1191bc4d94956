#pragma once
// One exchange in the hands of libcurl: an easy handle, what it was asked and what has come so far.
// Used again and again, so that a poll that ends in 304 builds almost nothing.

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "fetcher/failure.h"
#include "fetcher/fetcher.h"

namespace tributary::fetcher {

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

class Transfer {
  public:
    Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Makes the handle ready. Nothing, or why this request cannot be sent.
    /// `policy` and `session_cache` outlive the exchange.
    std::optional<Failure> prepare(const Request& request, const Url& url,
                                   const AddressPolicy& policy, CURLSH* session_cache);

    /// What came of it, once libcurl is done with the handle.
    Outcome outcome(CURLcode result);

    /// Forgets everything, but keeps the handle and the room.
    void clear();

    CURL* easy() const { return easy_.get(); }
    static Transfer& of(CURL* easy);

    // For whoever keeps track of it.
    Fetcher::Completion done;
    std::size_t place = 0;
    class Connections* connections = nullptr;  // where it runs

  private:
    static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self) noexcept;
    static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) noexcept;
    static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept;

    bool answered() const { return headers_complete_ && status_ >= 200; }
    bool take_header(std::string_view line);
    bool take_body(std::string_view data);
    void make_header_lines();
    void set_constants();
    void set_options(const Url& url, CURLSH* session_cache);
    void set_credentials(std::string_view userinfo);
    void set_proxy();
    Response response();
    Failure failure(CURLcode result) const;

    std::unique_ptr<CURL, FreeEasy> easy_;
    Request request_;          // kept until the next one, for the room in its strings
    bool is_special_ = false;  // options are set that other exchanges must not inherit
    std::string host_;
    const AddressPolicy* policy_ = nullptr;
    std::vector<std::string> lines_;
    std::vector<curl_slist> list_;
    char error_[CURL_ERROR_SIZE] = "";

    int status_ = 0;
    Headers headers_;
    std::size_t header_bytes_ = 0;
    bool headers_complete_ = false;
    bool too_large_ = false;
    std::string body_;
    Connecting connecting_;
};

}  // namespace tributary::fetcher
