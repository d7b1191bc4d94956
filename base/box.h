#pragma once
// A value that is usually absent: one pointer, made on first use, copied and compared by value.

#include <memory>
#include <utility>

namespace tributary {

template <typename T>
class Box {
  public:
    Box() = default;
    Box(const Box& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
    Box(Box&&) noexcept = default;
    Box& operator=(const Box& other) {
        if (this != &other) value_ = other.value_ ? std::make_unique<T>(*other.value_) : nullptr;
        return *this;
    }
    Box& operator=(Box&&) noexcept = default;
    ~Box() = default;

    explicit operator bool() const { return value_ != nullptr; }
    const T* operator->() const { return value_.get(); }
    T* operator->() { return value_.get(); }
    const T& operator*() const { return *value_; }
    T& operator*() { return *value_; }

    /// The value, made now if it was absent.
    T& make() {
        if (!value_) value_ = std::make_unique<T>();
        return *value_;
    }
    void reset() { value_.reset(); }

    friend bool operator==(const Box& a, const Box& b) {
        return a.value_ && b.value_ ? *a.value_ == *b.value_ : !a.value_ == !b.value_;
    }

  private:
    std::unique_ptr<T> value_;
};

}  // namespace tributary
