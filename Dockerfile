# A worker of a farm, or any other command of vggdraw. ffmpeg is Debian's, which is newer than the one that comes with the packages.
FROM node:22-bookworm-slim AS build
WORKDIR /vggdraw
COPY . .
RUN npm ci && npm run build && npm pack --pack-destination /tmp

FROM node:22-bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
COPY --from=build /tmp/vggdraw-*.tgz /tmp/
RUN npm install --global --ignore-scripts /tmp/vggdraw-*.tgz && rm /tmp/vggdraw-*.tgz
USER node
ENTRYPOINT ["vggdraw"]
