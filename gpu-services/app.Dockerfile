# The application: SIP, media, conversation. Context: the repository's root.
#   docker build -f gpu-services/app.Dockerfile .
# It carries the Python environment too, so that the same image fetches the models and can run everything by itself.
FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv libgomp1 ca-certificates \
    && rm -rf /var/lib/apt/lists/* && useradd --create-home --uid 10001 parley \
    && install -d -o parley /app /app/data /cache
WORKDIR /app
USER parley
COPY --chown=parley . .
RUN npm ci --include=dev --include=optional
RUN node --input-type=module -e "const { prepareFor } = await import('./app/setup/prepare.ts'); await prepareFor(['page', 'python'])"
ENV PARLEY_CACHE_DIR=/cache NODE_ENV=production
HEALTHCHECK --interval=5s --timeout=3s --start-period=300s --retries=6 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "start.mjs"]
