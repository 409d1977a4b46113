# Parlor, one image for every role: `docker run parlor`, or with a role as its argument (all, rooms, edge, api).
# docs/guides/operate.md says how to build and run it; `npm run image` tries for real what it copies.
# A registry of your own, or a digest, comes in as NODE. The version is the one that package.json pins.
ARG NODE=node:24.21.0-bookworm-slim

FROM ${NODE} AS client
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY vite.config.ts ./
COPY schema ./schema
COPY rooms ./rooms
COPY client ./client
COPY scripts ./scripts
RUN node scripts/build-client.ts

FROM ${NODE} AS production
WORKDIR /app
COPY package.json package-lock.json ./
# The base image has a Node: the one that npm brings for older machines stays out, and so does the compiler that
# a library could use.
RUN npm ci --omit=dev --no-audit --no-fund \
    && rm -r node_modules/node-linux-* node_modules/.bin/node node_modules/typescript node_modules/@typescript \
    && rm node_modules/.bin/tsc

FROM ${NODE}
ARG VERSION=unversioned
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Parlor" \
      org.opencontainers.image.description="Self-hosted rooms for play and talk that survive a killed process" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=production /app/node_modules ./node_modules
COPY --from=client /app/dist ./dist
COPY package.json ./
COPY schema ./schema
COPY rooms ./rooms
COPY db ./db
COPY server ./server
COPY scripts/keys.ts scripts/shadow.ts ./scripts/
# All that it ever writes to; the rest of the file system may be read-only.
RUN mkdir -m 0700 data && chown 1000:1000 data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=2567
VOLUME /app/data
EXPOSE 2567
# By number: Kubernetes cannot tell that a name is not root.
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "server/main.ts"]
