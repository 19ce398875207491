# syntax=docker/dockerfile:1
# Three stages: one installs the packages that requirements.txt locks, one builds ffmpeg, the last carries only the results.
# Debian's own Python gets Debian's security updates, and comes without pip and compiler.
# For the same system at every build name it by its digest: --build-arg BASE=debian@sha256:...
ARG BASE=debian:trixie-slim

FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv python3-pip ca-certificates binutils
WORKDIR /build
COPY requirements.txt .
# Every wheel is held against its hash, and none is compiled here. What they carry for debuggers stays behind, and so
# does imageio-ffmpeg: an ffmpeg that Debian does not mend.
RUN python3 -m venv --without-pip /opt/earshot \
    && sed -i '/^imageio-ffmpeg==/,/[^\\]$/d' requirements.txt \
    && python3 -m pip --python /opt/earshot/bin/python install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --require-hashes -r requirements.txt \
    && find /opt/earshot -type d -name tests -prune -exec rm -rf {} + \
    && find /opt/earshot -name '*.cpython-*.so' -exec strip --strip-unneeded {} +

FROM ${BASE} AS decoder
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/*.sources \
    && apt-get update && apt-get install -y --no-install-recommends \
        python3 dpkg-dev gcc libc6-dev make nasm pkgconf libopus-dev libmp3lame-dev zlib1g-dev
WORKDIR /build
# The newest that Debian's signature stands for: build with --no-cache for its security updates.
RUN apt-get source ffmpeg
COPY docs/deploy/decoder.py earshot/docs/deploy/
COPY bot/__init__.py earshot/bot/
COPY bot/audio earshot/bot/audio
COPY bot/kernel earshot/bot/kernel
RUN python3 earshot/docs/deploy/decoder.py ffmpeg-*/ /opt/decoder

FROM ${BASE}
# openai trusts the system's certificates, and slim images have none of their own; tini hands signals on and buries the dead
RUN apt-get update && apt-get install -y --no-install-recommends python3 ca-certificates tini \
    && rm -rf /var/lib/apt/lists/* && useradd --uid 10001 --create-home --home-dir /data earshot \
    && install -d -o earshot -g earshot -m 0700 /keys
COPY --from=build /opt/earshot /opt/earshot
COPY --from=decoder /opt/decoder /opt/earshot
WORKDIR /app
COPY bot bot
COPY cogs cogs
RUN /opt/earshot/bin/python -m compileall -q bot cogs
USER earshot
# The database lives in /data: mount a volume there, and one at /keys for the file of EARSHOT_PRIVACY__SECRET_FILE,
# which has no place in a backup of the other. Nothing else is written but /tmp.
ENV PATH=/opt/earshot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/earshot.db EARSHOT_HEALTH__PORT=9464
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "-m", "bot", "check", "--live"]
ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "bot", "run"]
