#pragma once
// Subscription lists in OPML 2.0 (http://opml.org/spec2.opml). Reading is lenient: the enclosing
// outlines and `category` become tags. Nothing is executed, whatever an outline's type says.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "config/problems.h"

namespace tributary::config {

/// The sources that an OPML file names, each once per outline, `place` being that of the outline.
/// What is no http(s) feed is left out with a warning. An error is reported if `text` is no OPML;
/// bounded in depth (64 groups) and number (100,000 outlines).
std::vector<Subscription> read_opml(std::string_view text, const std::string& file,
                                    Problems& problems);

/// A feed as it is told to others.
struct Outline {
    std::string title, xml_url, html_url;
    std::vector<std::string> tags;
};

/// OPML 2.0. The feeds of one first tag stand in a folder of that name, all tags are in `category`.
/// Left out are URLs that carry credentials or tokens, and all that is not http(s): the list is
/// public. The same arguments give the same bytes.
std::string write_opml(std::string_view title, std::span<const Outline> outlines,
                       std::optional<Timestamp> modified);

}  // namespace tributary::config
