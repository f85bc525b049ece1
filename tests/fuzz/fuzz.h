/* fuzz.h -- what the targets share. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A condition that no input may break. */
#define FUZZ_MUST(condition)                                                          \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                  \
        }                                                                             \
    } while (0)

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Cuts an input into pieces at a byte that no text of the protocol holds. */
struct fuzz_pieces {
    const uint8_t *next, *end;
};
enum { FUZZ_CUT = 0x1e };
/* The next piece as a NUL-terminated copy without NUL inside, to be freed; NULL: no more. */
char *fuzz_piece(struct fuzz_pieces *p);
