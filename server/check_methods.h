/* check_methods.h -- does the database answer what the rows of the method table ask for?  Each statement of a row is
 * prepared and the number and types of its parameters are compared.  Run before serving and by tests/db.
 */
#pragma once

#include <stddef.h>

struct db_sync;

enum { CHECK_METHODS_MESSAGE_BYTES = 512 };

/* Returns how many rows do not match; out_message describes the first of them in one line. */
int check_methods(struct db_sync *db, char out_message[CHECK_METHODS_MESSAGE_BYTES]);
