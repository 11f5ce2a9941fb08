#pragma once
// Without _GNU_SOURCE, as the toolchain's Glibc module is: with it fd_set differs between the two and a build from
// nothing fails.
#include <microhttpd.h>

// The port is that of the listening socket among the options.
// MHD_start_daemon takes its options as C variadics, which Swift cannot call; the array form can be passed through one.
static inline struct MHD_Daemon *unmask_mhd_start(unsigned int flags, MHD_AcceptPolicyCallback policy,
                                                  MHD_AccessHandlerCallback handler, void *handler_context,
                                                  MHD_RequestCompletedCallback completed,
                                                  const struct MHD_OptionItem *options) {
    return MHD_start_daemon(flags, 0, policy, handler_context, handler, handler_context, MHD_OPTION_ARRAY, options,
                            MHD_OPTION_NOTIFY_COMPLETED, completed, handler_context, MHD_OPTION_END);
}

// MHD_get_connection_info is variadic too, although no question takes an argument.
static inline int unmask_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}
static inline const struct sockaddr *unmask_mhd_client_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}
