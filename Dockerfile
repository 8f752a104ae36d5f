# smfa-bench on a CPU: docs/release.md says how it is built and run.
FROM python:3.13-slim AS build
WORKDIR /source
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*
COPY constraints.txt .
# torch comes first and alone, from the index of CPU builds: what else would come is a CUDA build of several GB.
RUN pip install --no-cache-dir uv && uv venv /opt/smfa-bench && \
    uv pip install --python /opt/smfa-bench --torch-backend cpu "$(grep '^torch==' constraints.txt)"
COPY . .
RUN uv pip install --python /opt/smfa-bench --torch-backend cpu --constraint constraints.txt .

FROM python:3.13-slim
COPY --from=build /opt/smfa-bench /opt/smfa-bench
RUN useradd --create-home bench && mkdir /work /cache && chown bench /work /cache
USER bench
WORKDIR /work
ENV PATH=/opt/smfa-bench/bin:$PATH SMFA_BENCH_CACHE=/cache
VOLUME /cache
ENTRYPOINT ["smfa-bench"]
CMD ["--help"]
