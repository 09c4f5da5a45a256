FROM node:24-slim

WORKDIR /bakeoff
# Everything is needed at run time: the server is workerd, which comes with the tools that build and deploy.
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
RUN npm ci && npm cache clean --force
COPY . .
# Builds what would otherwise be built at the first start, and leaves the folder to whoever runs the server.
RUN npm run build && mkdir /data && chown -R node:node /bakeoff/.build /data

USER node
ENV HOST=0.0.0.0 PORT=8787 WORKER_PORT=8788 BAKEOFF_DATA=/data
VOLUME /data
EXPOSE 8787 8788
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not by npm: the signal that stops a container reaches this process alone.
CMD ["node", "tools/start.ts"]
