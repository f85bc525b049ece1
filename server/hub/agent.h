/* agent.h -- the family of a client's program, for evidence and lists of devices; its header is kept nowhere. */
#pragma once

/* A word that lives for ever: "Firefox", "Edge", "Chrome", "Safari", "Opera", "Samsung", "curl", "clubhub-sdk", "other"; NULL for NULL. */
const char *agent_family(const char *user_agent);
