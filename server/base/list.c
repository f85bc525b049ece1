/* list.c -- intrusive doubly linked list around a head node. */
#include "base/list.h"

#include <assert.h>

void list_init(struct list *l)
{
    list_node_init(&l->head);
    l->count = 0;
}

void list_node_init(struct list_node *n)
{
    n->prev = n;
    n->next = n;
}

bool list_is_linked(const struct list_node *n)
{
    return n->next != n;
}

void list_append(struct list *l, struct list_node *n)
{
    assert(!list_is_linked(n));
    n->prev = l->head.prev;
    n->next = &l->head;
    l->head.prev->next = n;
    l->head.prev = n;
    l->count++;
}

void list_remove(struct list *l, struct list_node *n)
{
    assert(list_is_linked(n) && l->count > 0);
    n->prev->next = n->next;
    n->next->prev = n->prev;
    list_node_init(n);
    l->count--;
}

struct list_node *list_first(struct list *l)
{
    return l->head.next != &l->head ? l->head.next : NULL;
}

struct list_node *list_shift(struct list *l)
{
    struct list_node *n = list_first(l);

    if (n != NULL)
        list_remove(l, n);
    return n;
}
