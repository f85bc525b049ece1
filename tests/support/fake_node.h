/* fake_node.h -- hub/node.h without peers or a database: what a module asks of the node is answered as the test says.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hub/node.h"

struct fake_node {
    bool delivering;
    int64_t id, applied;
    int peers;
    /* An entry at `touched_seq` (0: none) touched member `touched_id` (0: everybody), and revoked `revoked_who`. */
    int64_t touched_seq, touched_id;
    bool touched_object; /* and some object */
    const char *revoked_who;
    int rejoins;
};

extern struct fake_node fake_node; /* reset it in set_up: fake_node_reset() */
void fake_node_reset(void);        /* delivering, id 1, nothing applied, nothing touched */
