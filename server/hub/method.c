/* method.c -- the words for who may call. */
#include "hub/method.h"

#include <string.h>

static const struct {
    unsigned bit;
    const char *name;
} words[] = {
    {WHO_GUEST, "guest"},
    {WHO_MEMBER, "member"},
    {WHO_AGENT, "agent"},
    {WHO_MODERATOR, "moderator"},
    {WHO_EDITOR, "editor"},
    {WHO_MANAGER, "manager"},
    {WHO_ANALYST, "analyst"},
    {WHO_PRIVACY, "privacy"},
    {WHO_ADMIN, "admin"},
    {WHO_POS, "pos"},
    {WHO_BOOKING, "booking"},
    {WHO_CRM, "crm"},
    {WHO_MAILER, "mailer"},
    {WHO_PARTNER, "partner"},
    {WHO_OPS, "ops"},
};

enum { WORD_COUNT = sizeof words / sizeof words[0] };

unsigned method_who_of(const char *word, size_t length_bytes)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        const char *name = words[i].name;

        if (strlen(name) == length_bytes && memcmp(name, word, length_bytes) == 0)
            return words[i].bit;
    }
    return 0;
}

const char *method_who_name(unsigned bit)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (words[i].bit == bit)
            return words[i].name;
    }
    return NULL;
}
