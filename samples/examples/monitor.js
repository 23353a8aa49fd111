// Stands in for dotnet-monitor: listens where the app reports itself (a unix socket in a shared volume), and serves what it
// hears as metrics in Prometheus' format.
import { rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const { DOTNETMONITOR_Storage__DefaultSharedPath: shared = '/diag' } = process.env;
const socketPath = join(shared, 'dotnet-monitor.sock');
const apiPort = Number(new URL(process.env.DOTNETMONITOR_Urls ?? 'http://localhost:52323').port);
const metricsPort = Number((process.env.DOTNETMONITOR_Metrics__Endpoints ?? ':52325').split(':').at(-1));

/** The last report of each process that is connected. */
const processes = new Map();

const listener = createServer((socket) => {
  let pid;
  socket.on('error', () => undefined);
  socket.on('close', () => processes.delete(pid));
  createInterface({ input: socket }).on('line', (line) => {
    const report = JSON.parse(line);
    pid = report.pid;
    processes.set(pid, report);
  });
});

function metrics() {
  const rows = [...processes.values()];
  const series = (name, type, help, value) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...rows.map((row) => `${name}{pid="${row.pid}",uid="${row.uid}"} ${value(row)}`),
  ];
  return [
    ...series('systemruntime_working_set_bytes', 'gauge', 'Resident memory of the app.', (row) => row.rss),
    ...series(
      'aspnetcore_requests_total',
      'counter',
      'Requests that the app answered.',
      (row) => row.requests,
    ),
    ...series('systemruntime_uptime_seconds', 'gauge', 'Age of the app.', (row) => row.uptime),
    '',
  ].join('\n');
}

function serve(port, host, path, type, body) {
  const server = createHttpServer((request, response) => {
    if (new URL(request.url, 'http://monitor').pathname !== path) response.writeHead(404).end('Not found\n');
    else response.writeHead(200, { 'content-type': type }).end(body());
  });
  server.listen(port, host);
}

// A socket file outlives its process: a restarted container finds the old one.
rmSync(socketPath, { force: true });
listener.listen(socketPath, () =>
  process.stdout.write(`Listening on ${socketPath} as uid ${process.getuid()}\n`),
);
serve(apiPort, 'localhost', '/processes', 'application/json', () => JSON.stringify([...processes.values()]));
serve(metricsPort, '::', '/metrics', 'text/plain; version=0.0.4', metrics);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
