/* agent.c -- one word for a User-Agent header. */
#include "hub/agent.h"

#include <stddef.h>
#include <string.h>

/* In this order: who imitates others is asked first. */
static const struct {
    const char *sign, *family;
} signs[] = {
    {"clubhub-sdk/", "clubhub-sdk"},
    {"curl/", "curl"},
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},
    {"SamsungBrowser/", "Samsung"},
    {"Firefox/", "Firefox"},
    {"FxiOS/", "Firefox"},
    {"Chrome/", "Chrome"},
    {"CriOS/", "Chrome"},
    {"Safari/", "Safari"},
};

const char *agent_family(const char *user_agent)
{
    if (user_agent == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strstr(user_agent, signs[i].sign) != NULL)
            return signs[i].family;
    }
    return "other";
}
