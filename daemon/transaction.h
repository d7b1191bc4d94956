#pragma once

#include <exception>
#include <string>

#include "store/store.h"

namespace tributary::daemon {

/// Runs `work` as one transaction: all of it is committed, or none of it has happened. Answers why
/// it was rolled back; empty if it was not.
template <typename Work>
std::string transaction(store::Store& store, Work&& work) {
    try {
        store.begin();
        work();
        store.commit();
        return {};
    } catch (const std::exception& error) {
        const std::string why = error.what();
        try {
            store.rollback();
        } catch (const std::exception&) {  // then there is nothing to roll back
        }
        return why;
    }
}

}  // namespace tributary::daemon
