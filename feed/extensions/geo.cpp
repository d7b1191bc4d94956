// Where things are: GeoRSS simple and GML (https://www.ogc.org/standard/georss/), W3C geo, ICBM.
// All of them write latitude first; the model has longitude first, as GeoJSON (RFC 7946).

#include "base/text.h"
#include "feed/readers.h"

#include <algorithm>
#include <array>

namespace tributary::feed {
namespace {

using xml::Element;
using xml::Ns;
using Position = Geometry::Position;

constexpr Rank rank = Rank::module;
constexpr std::size_t most_positions = 10'000;

/// The decimal numbers of `text`, apart by white space or commas; none if one cannot be read.
std::vector<double> numbers_in(std::string_view text) {
    std::vector<double> numbers;
    constexpr std::string_view between = " \t\r\n,";
    for (std::size_t at = text.find_first_not_of(between); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(between, at), text.size());
        const auto number = decimal_in(text.substr(at, end - at));
        if (!number || numbers.size() >= 3 * most_positions) return {};
        numbers.push_back(*number);
        at = text.find_first_not_of(between, end);
    }
    return numbers;
}

bool is_on_earth(const Position& position) {
    return position.latitude >= -90 && position.latitude <= 90 && position.longitude >= -180 &&
           position.longitude <= 360;
}

/// Groups of `dimension` numbers, latitude first; a height is left out.
std::vector<Position> positions_in(const std::string& text, std::size_t dimension = 2) {
    const std::vector<double> numbers = numbers_in(text);
    std::vector<Position> positions;
    for (std::size_t at = 0; at + dimension <= numbers.size(); at += dimension) {
        const Position position{.longitude = numbers[at + 1], .latitude = numbers[at]};
        if (!is_on_earth(position)) return {};
        positions.push_back(position);
    }
    return positions;
}

std::vector<Position> corners(const Position& low, const Position& high) {
    return {low, {high.longitude, low.latitude}, high, {low.longitude, high.latitude}, low};
}

template <typename Target>
void offer_geometry(Draft<Target>& draft, GeometryType type, std::vector<Position> positions) {
    if (positions.empty()) return;
    if (type == GeometryType::point) positions.resize(1);
    offer(draft, Slot::geo, draft.target.geo,
          [&] { return Geometry{.type = type, .positions = std::move(positions)}; });
}

template <typename Target, GeometryType type>
void read_shape(Draft<Target>& draft, const Element& element) {
    offer_geometry(draft, type, positions_in(element.line()));
}

template <typename Target>
void read_box(Draft<Target>& draft, const Element& element) {
    const auto ends = positions_in(element.line());
    if (ends.size() == 2) offer_geometry(draft, GeometryType::polygon, corners(ends[0], ends[1]));
}

std::size_t dimension_of(const Element& element) {
    return trim(element.attribute("srsDimension")) == "3" ? 3 : 2;
}

/// The numbers of a GML geometry, which stand in pos or posList, or in several pos.
std::vector<Position> gml_positions(const Element& geometry) {
    std::vector<Position> all;
    Element element = geometry;
    // Polygon, exterior, LinearRing: a chain of single children leads to the numbers.
    for (int depth = 0; depth < 4; ++depth) {
        for (const Element& child : xml::children(element)) {
            const bool is_list = equals_ignoring_case(child.name(), "posList") ||
                                 equals_ignoring_case(child.name(), "coordinates");
            const bool is_one = equals_ignoring_case(child.name(), "pos") ||
                                equals_ignoring_case(child.name(), "lowerCorner") ||
                                equals_ignoring_case(child.name(), "upperCorner");
            if (!is_list && !is_one) continue;
            auto positions =
                positions_in(child.line(), std::max(dimension_of(child), dimension_of(geometry)));
            if (is_one && positions.size() > 1) positions.resize(1);
            all.insert(all.end(), positions.begin(), positions.end());
        }
        if (!all.empty() || !element.first_element()) break;
        element = element.first_element();
    }
    return all;
}

template <typename Target>
void read_gml(Draft<Target>& draft, const Element& element) {
    const std::string_view name = element.name();
    const auto positions = gml_positions(element);
    if (equals_ignoring_case(name, "Point")) offer_geometry(draft, GeometryType::point, positions);
    if (equals_ignoring_case(name, "LineString"))
        offer_geometry(draft, GeometryType::line_string, positions);
    if (equals_ignoring_case(name, "Polygon"))
        offer_geometry(draft, GeometryType::polygon, positions);
    if (equals_ignoring_case(name, "Envelope") && positions.size() == 2)
        offer_geometry(draft, GeometryType::polygon, corners(positions[0], positions[1]));
}

template <typename Target>
void read_where(Draft<Target>& draft, const Element& element) {
    for (const Element& child : xml::children(element)) read_gml(draft, child);
}

template <typename Target>
void offer_point(Draft<Target>& draft) {
    if (!draft.latitude || !draft.longitude) return;
    const Position position{.longitude = *draft.longitude, .latitude = *draft.latitude};
    if (is_on_earth(position)) offer_geometry(draft, GeometryType::point, {position});
}

template <typename Target>
void read_latitude(Draft<Target>& draft, const Element& element) {
    draft.latitude = decimal_in(element.line());
    offer_point(draft);
}

template <typename Target>
void read_longitude(Draft<Target>& draft, const Element& element) {
    draft.longitude = decimal_in(element.line());
    offer_point(draft);
}

template <typename Target>
void read_geo_point(Draft<Target>& draft, const Element& element) {
    for (const Element& child : xml::children(element)) {
        if (child.is(Ns::geo, "lat")) read_latitude(draft, child);
        if (child.is(Ns::geo, "long") || child.is(Ns::geo, "lon")) read_longitude(draft, child);
    }
}

template <typename Target>
constexpr std::array rows = std::to_array<Row<Target>>({
    {Ns::georss, "point", "geo", rank, read_shape<Target, GeometryType::point>},
    {Ns::georss, "line", "geo", rank, read_shape<Target, GeometryType::line_string>},
    {Ns::georss, "polygon", "geo", rank, read_shape<Target, GeometryType::polygon>},
    {Ns::georss, "box", "geo", rank, read_box<Target>},
    {Ns::georss, "where", "geo", rank, read_where<Target>},
    {Ns::gml, "point", "geo", rank, read_gml<Target>},
    {Ns::gml, "linestring", "geo", rank, read_gml<Target>},
    {Ns::gml, "polygon", "geo", rank, read_gml<Target>},
    {Ns::gml, "envelope", "geo", rank, read_gml<Target>},
    {Ns::geo, "lat", "geo", rank, read_latitude<Target>},
    {Ns::geo, "long", "geo", rank, read_longitude<Target>},
    {Ns::geo, "lon", "geo", rank, read_longitude<Target>},
    {Ns::geo, "point", "geo", rank, read_geo_point<Target>},
    {Ns::icbm, "latitude", "geo", rank, read_latitude<Target>},
    {Ns::icbm, "longitude", "geo", rank, read_longitude<Target>},
});

}  // namespace

std::span<const FeedRow> geo_feed_rows() {
    return rows<Feed>;
}

std::span<const EntryRow> geo_entry_rows() {
    return rows<Entry>;
}

}  // namespace tributary::feed
