/* pieces.c -- see fuzz.h. */
#include "fuzz.h"

#include <string.h>

char *fuzz_piece(struct fuzz_pieces *p)
{
    const uint8_t *cut;
    char *piece;
    size_t length;

    if (p->next >= p->end)
        return NULL;
    cut = memchr(p->next, FUZZ_CUT, (size_t)(p->end - p->next));
    length = (size_t)((cut != NULL ? cut : p->end) - p->next);
    piece = malloc(length + 1);
    memcpy(piece, p->next, length);
    piece[length] = '\0';
    p->next += length + 1;
    return piece;
}
