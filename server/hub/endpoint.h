/* endpoint.h -- the HTTP side: POST /v1/rpc, /healthz, /readyz, /metrics, /v1/protocol.json. */
#pragma once

struct http_request;
struct hub;

struct endpoint;
struct endpoint *endpoint_new(struct hub *h, const char *protocol_json);
void endpoint_free(struct endpoint *e);
void endpoint_request(struct endpoint *e, struct http_request *r);
