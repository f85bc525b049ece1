# Dockerfile -- the hub as an image; compose.yaml runs it, tests/container/run.sh checks it.
#
#   docker build -t clubhub .                      the hub
#   docker build -t clubhub-test --target test .   the wire and SDK suites, for a hub at a URL

# --- build: the release binary ---------------------------------------------------------------

FROM debian:bookworm-slim AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /src
COPY tests/support/packages.sh tests/support/
RUN . tests/support/packages.sh; \
    apt-get update; \
    mapfile -t packages < <(packages_of build); \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"; \
    rm -rf /var/lib/apt/lists/*
COPY CMakeLists.txt ./
COPY cmake cmake
COPY config config
COPY sql sql
COPY server server
RUN cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCLUBHUB_TESTS=OFF; \
    cmake --build build --target clubhub; \
    install -s build/clubhub /usr/local/bin/

# --- test: the suites, which ask a hub at TEST_URL ---------------------------------------------

FROM build AS test
RUN apt-get update; \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates curl libcmocka-dev libwebsockets-evlib-uv nodejs npm openssl postgresql-client-15 unzip; \
    rm -rf /var/lib/apt/lists/*
COPY clients clients
RUN for client in ts cli; do \
        (cd clients/$client; npm ci --no-audit --no-fund --ignore-scripts; npm run build; touch node_modules); \
    done
COPY README.md ./
COPY tests tests
RUN cmake -S . -B build -DCLUBHUB_TESTS=ON; \
    cmake --build build --target wire_runner; \
    chown -R 10001:10001 clients
ENV HOME=/tmp \
    BUILD_DIR=/src/build \
    CLUBHUB=/usr/local/bin/clubhub \
    CLUBHUB_TOKEN_KEY_FILE=/run/secrets/token_key \
    CLUBHUB_PII_KEY_FILE=/run/secrets/pii_key \
    CLUBHUB_RECEIPT_KEY_FILE=/run/secrets/receipt_key
USER 10001:10001
ENTRYPOINT ["tests/container/suites.sh"]

# --- hub: what runs ----------------------------------------------------------------------------

FROM debian:bookworm-slim AS hub
LABEL org.opencontainers.image.title="clubhub" \
      org.opencontainers.image.description="The community side of a customer club: one server in front of one PostgreSQL database" \
      org.opencontainers.image.licenses="Apache-2.0"
# libwebsockets loads its plugin for libuv, which nothing links to.
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libwebsockets17 libwebsockets-evlib-uv libuv1 libpq5 libcjson1 libssl3 libargon2-1 libjemalloc2 && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* && \
    groupadd --gid 10001 clubhub && \
    useradd --uid 10001 --gid clubhub --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin clubhub
COPY --from=build /usr/local/bin/clubhub /usr/local/bin/
COPY LICENSE /usr/share/doc/clubhub/
# Options of config/clubhub.conf.example. /healthz, /readyz and /metrics of the admin port are for inside.
ENV CLUBHUB_LISTEN=0.0.0.0:8080 \
    CLUBHUB_ADMIN_LISTEN=127.0.0.1:9090 \
    CLUBHUB_TOKEN_KEY_FILE=/run/secrets/token_key \
    CLUBHUB_PII_KEY_FILE=/run/secrets/pii_key \
    CLUBHUB_RECEIPT_KEY_FILE=/run/secrets/receipt_key
USER 10001:10001
EXPOSE 8080
# It drains: drain_ms, 30 s, and 2 s for what does not end.  Give it longer before it is killed.
STOPSIGNAL SIGTERM
# The admin port speaks no TLS, whatever the public one does.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${CLUBHUB_ADMIN_LISTEN##*:} && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["clubhub"]
CMD ["serve"]
