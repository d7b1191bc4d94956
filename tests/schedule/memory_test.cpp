#include "schedule/memory.h"

#include <doctest/doctest.h>

using namespace tributary;
using schedule::Notes;
using schedule::recall;
using schedule::remember;

TEST_CASE("what is remembered under a topic is recalled, field by field") {
    std::string memory;
    const Timestamp noon{Duration(1'790'000'000'000)};
    remember(memory, "moves",
             Notes().add("https://a.example/").add(-5).add(noon).add(std::nullopt));
    const Notes notes = recall(memory, "moves");
    CHECK(notes.text(0) == "https://a.example/");
    CHECK(notes.number(1) == -5);
    CHECK(notes.time(2) == noon);
    CHECK_FALSE(notes.time(3).has_value());
    CHECK(notes.fields().size() == 4);
}

TEST_CASE("a topic is replaced without touching its neighbours, and forgotten without a trace") {
    std::string memory;
    remember(memory, "one", Notes().add(1));
    remember(memory, "two", Notes().add(2));
    remember(memory, "three", Notes().add(3));
    remember(memory, "two", Notes().add("twenty").add(2));
    CHECK(memory == "one\t1\ntwo\ttwenty\t2\nthree\t3\n");
    remember(memory, "two", {});
    CHECK(memory == "one\t1\nthree\t3\n");
    remember(memory, "one", {});
    remember(memory, "three", {});
    remember(memory, "four", {});
    CHECK(memory.empty());
}

TEST_CASE("a topic is known by its whole name") {
    std::string memory;
    remember(memory, "moves", Notes().add(1));
    CHECK(recall(memory, "move").empty());
    CHECK(recall(memory, "moves2").empty());
    CHECK(recall("", "moves").empty());
}

TEST_CASE("a text with breaks in it stays one field") {
    std::string memory;
    remember(memory, "a", Notes().add("x\ty\nb\t1\r\n"));
    CHECK(recall(memory, "a").text(0) == "x y b 1  ");
    CHECK(recall(memory, "b").empty());
}

TEST_CASE("fields that are absent or damaged say nothing") {
    const Notes notes = recall("a\tx\t99999999999999999999\t\n", "a");
    CHECK(notes.number(0) == 0);
    CHECK(notes.number(1) == 0);
    CHECK_FALSE(notes.time(2).has_value());
    CHECK(notes.text(7).empty());
    CHECK(notes.number(7) == 0);
    CHECK_FALSE(notes.time(7).has_value());
    CHECK(recall("a\tx", "a").text(0) == "x");  // a last line without its break
}
