# Who may include whom (docs/ARCHITECTURE.md). Arrows point downward only: a folder may include those
# listed here; an outside library is included at its own door and nowhere else.
#     cmake -DROOT=<source dir> -P cmake/check_includes.cmake
cmake_minimum_required(VERSION 3.25)
set(allowed_base "base")
set(allowed_feed "feed;base")
set(allowed_match "match;feed;base")
set(allowed_schedule "schedule;feed;base")
set(allowed_websub "websub;base")
set(allowed_fetcher "fetcher;base")
set(allowed_store "store;match;schedule;websub;feed;base")
set(allowed_publish "publish;feed;base")
set(allowed_serve "serve;publish;feed;base")
set(allowed_config "config;feed;base")
set(folders base feed match schedule websub fetcher store publish serve config daemon)
set(allowed_daemon "${folders}")

# library header -> where it may appear
set(doors
    "curl/=fetcher/|base/" "pugixml=feed/xml_scan|config/opml" "boost/json=feed/|publish/|daemon/commands/"
    "sqlite3=store/" "boost/beast=serve/" "toml\\+\\+=config/" "spdlog/=daemon/log" "CLI/=daemon/commands/command_line"
    "libpsl=schedule/" "libdeflate=fetcher/|publish/" "brotli/=fetcher/|publish/" "zstd=fetcher/" "idn2=base/"
    "xxhash=base/" "openssl/=base/" "systemd/=daemon/notify|serve/")

set(problems "")
foreach(folder IN LISTS folders)
    file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/${folder}/*.h ${ROOT}/${folder}/*.cpp)
    foreach(file IN LISTS files)
        file(STRINGS ${ROOT}/${file} lines REGEX "^#include ")
        foreach(line IN LISTS lines)
            if(line MATCHES "^#include \"([a-z]+)/")
                if(NOT CMAKE_MATCH_1 IN_LIST allowed_${folder})
                    list(APPEND problems "${file}: ${line}: ${folder}/ must not know ${CMAKE_MATCH_1}/")
                endif()
                continue()
            endif()
            foreach(door IN LISTS doors)
                string(REGEX REPLACE "=.*" "" library "${door}")
                string(REGEX REPLACE ".*=" "" place "${door}")
                if(line MATCHES "^#include <${library}" AND NOT file MATCHES "^(${place})")
                    list(APPEND problems "${file}: ${line}: this library's door is ${place}")
                endif()
            endforeach()
        endforeach()
    endforeach()
endforeach()
if(problems)
    list(JOIN problems "\n" text)
    message(FATAL_ERROR "${text}")
endif()
