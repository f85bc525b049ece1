/* list.h -- intrusive doubly linked list.  A node is in at most one list; an unlinked node points to itself. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct list_node {
    struct list_node *prev, *next;
};
struct list {
    struct list_node head;
    size_t count;
};

#define LIST_ITEM(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))
#define LIST_EACH(l, n) for (struct list_node *n = (l)->head.next; n != &(l)->head; n = n->next)
/* Safe when the body removes n. */
#define LIST_EACH_SAFE(l, n, after)                                               \
    for (struct list_node *n = (l)->head.next, *after = n->next; n != &(l)->head; \
         n = after, after = n->next)

void list_init(struct list *l);
void list_node_init(struct list_node *n);
bool list_is_linked(const struct list_node *n);
void list_append(struct list *l, struct list_node *n);
void list_remove(struct list *l, struct list_node *n); /* n must be in l */
struct list_node *list_first(struct list *l);          /* NULL when empty */
struct list_node *list_shift(struct list *l);          /* removes and returns the first, or NULL */
