/* consent.h -- words and fields that the rows of consent.* share. */
#pragma once

#include "base/shape.h"

enum { CONSENT_TEXT_VER_MAX = 1000000 };

extern const char *const consent_channels[];
extern const char *const consent_scope_kinds[];
extern const char *const consent_bases[];
extern const char *const consent_states[];

#define CONSENT_METHOD_FIELD \
    FIELD_TEXT("method", 1, 80, "Screen and control that were used, as evidence.", .optional = true)
#define CONSENT_APP_FIELD \
    FIELD_TEXT("app", 1, 40, "Version of the app, as evidence.", .optional = true)
