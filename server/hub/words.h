/* words.h -- the sentences of errors in the locales of the club (en nb ro pt he); everything else on the wire is keys. */
#pragma once

#include "base/err.h"

const char *words_error(enum err e, const char *locale); /* English for an unknown locale */
const char *words_locale(
    const char *accept_language); /* best match of a header or a locale, "en" if none */
