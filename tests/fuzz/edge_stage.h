/* edge_stage.h -- the real listener on loopback, and one client with bytes of its own. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { EDGE_MESSAGE_BYTES = 4096, EDGE_BODY_BYTES = 4096 };

void edge_start(void);
/* A client connects, sends `head`, then the bytes, says that it has no more, and reads until the server is done. */
void edge_play(const char *head, const uint8_t *bytes, size_t size);
