# Two stages: the first installs what requirements.txt locks, the second carries only the result.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /opt/earshot && /opt/earshot/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
# openai trusts the system's certificates; slim images have none of their own
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tini && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /data earshot
COPY --from=build /opt/earshot /opt/earshot
WORKDIR /app
COPY bot bot
COPY cogs cogs
USER earshot
# The database lives in /data; mount a volume there.
ENV PATH=/opt/earshot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATABASE_URL=sqlite:////data/earshot.db
VOLUME /data
ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "bot", "run"]
