/* endpoint.h -- the HTTP side: POST /v1/rpc, /v1/unsubscribe/<token>, /healthz, /readyz, /metrics, /v1/protocol.json,
 * /v1/asyncapi.json, /v1/keys.json (protocol.md 1). */
#pragma once

struct endpoint;
struct http_request;
struct hub;

struct endpoint_options {        /* borrowed for the life of the endpoint */
    const char *protocol_json;   /* what GET /v1/protocol.json answers */
    const char *asyncapi_json;   /* what GET /v1/asyncapi.json answers */
    const char *keys_json;       /* GET /v1/keys.json: the keys that verify receipts */
    const char *origins;         /* space separated, "*" any: who may read answers across origins */
    const char *migrations_hash; /* what api.schema_state() must answer; NULL: not compared */
    const char *api_hash;
};

struct endpoint *endpoint_new(struct hub *h, const struct endpoint_options *o);
void endpoint_free(struct endpoint *e);
/* ws_events.request: answers at once or later. */
void endpoint_request(struct endpoint *e, struct http_request *r);
