#pragma once
// A file descriptor that is closed with its scope, and writing to one.

#include <string_view>

namespace tributary {

class Descriptor {
  public:
    /// Takes over `number`, which may be negative: what open(2) answers where it fails.
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) close();
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }
    /// Closes it now; answers what close(2) answers.
    int close();

  private:
    int number_;
};

/// Writes all of `bytes`, however many calls it takes. False, with errno, if one fails.
bool write_all(const Descriptor& descriptor, std::string_view bytes);

}  // namespace tributary
