/* fuzz_config.c -- the file of options: read, or refused in one line. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "fuzz.h"

static char path[64], argument[96];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    snprintf(path, sizeof path, "/tmp/fuzz_config.%ld", (long)getpid());
    snprintf(argument, sizeof argument, "--config=%s", path);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char message[CONFIG_MESSAGE_BYTES] = "";
    char *args[] = {argument};
    struct config c;
    FILE *f = fopen(path, "wb");

    FUZZ_MUST(f != NULL && fwrite(data, 1, size, f) == size);
    fclose(f);
    if (config_load(1, args, &c, message) == ERR_OK) {
        if (config_check_serve(&c, message) != ERR_OK)
            FUZZ_MUST(message[0] != '\0');
        FUZZ_MUST(c.workers >= 0 && c.message_bytes > 0 && c.listen != NULL);
        config_done(&c);
    } else {
        FUZZ_MUST(message[0] != '\0' && strchr(message, '\n') == NULL);
    }
    unlink(path);
    return 0;
}
