/* fuzz_http.c -- any bytes to the listener: requests, URLs, headers, bodies, broken handshakes. */
#include "edge_stage.h"
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    edge_start();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    edge_play("", data, size);
    return 0;
}
