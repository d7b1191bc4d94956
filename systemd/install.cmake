# Runs at installation: the unit, the user, the directories and a first configuration. Paths are settled
# here, because `cmake --install --prefix` may name another prefix than the build was configured with.
#     BINARIES  where the program goes, relative to the prefix
set(program ${CMAKE_INSTALL_PREFIX}/${BINARIES}/tributary)
set(configuration ${CMAKE_INSTALL_PREFIX}/etc/tributary)
if(CMAKE_INSTALL_PREFIX MATCHES "^/usr(/local)?/?$")
    set(configuration /etc/tributary)
endif()

# systemd reads these folders below /usr and /usr/local alike.
set(units lib/systemd/system)
foreach(pair
        tributary.service.in=${units}/tributary.service
        tributary.socket=${units}/tributary.socket
        tributary.sysusers.conf=lib/sysusers.d/tributary.conf
        tributary.tmpfiles.conf.in=lib/tmpfiles.d/tributary.conf)
    string(REGEX REPLACE "=.*" "" from ${pair})
    string(REGEX REPLACE ".*=" "" to ${pair})
    set(file $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${to})
    message(STATUS "Installing: ${file}")
    configure_file(${CMAKE_CURRENT_LIST_DIR}/${from} ${file} @ONLY NO_SOURCE_PERMISSIONS)
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES ${CMAKE_INSTALL_PREFIX}/${to})
endforeach()

# What an administrator has written is never replaced.
if(NOT EXISTS $ENV{DESTDIR}${configuration}/tributary.toml)
    file(INSTALL ${CMAKE_CURRENT_LIST_DIR}/../config/tributary.toml
         DESTINATION ${configuration}
         PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
endif()
