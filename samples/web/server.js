// The sample web app: answers who it runs as, like .NET's aspnetapp sample does at the same path.
import { createServer } from 'node:http';
import { hostname, release, userInfo } from 'node:os';
import { arch, memoryUsage, platform, uptime, version } from 'node:process';

import { reportTo } from './diagnostics.js';

const port = Number(process.env.PORT ?? 8080);
let requests = 0;

function userName() {
  try {
    return userInfo().username;
  } catch {
    // No entry for this uid in the image's passwd.
    return String(process.getuid());
  }
}

const pages = {
  '/': () => ({ type: 'text/plain', body: 'The sample web app of podproof. Try /Environment.\n' }),
  '/Environment': () => ({
    type: 'application/json',
    body: `${JSON.stringify({
      runtimeVersion: `Node.js ${version}`,
      osVersion: `${platform} ${release()}`,
      osArchitecture: arch,
      user: userName(),
      uid: process.getuid(),
      gid: process.getgid(),
      groups: process.getgroups(),
      hostName: hostname(),
    })}\n`,
  }),
  '/healthz': () => ({ type: 'text/plain', body: 'Healthy\n' }),
  '/metrics': () => ({
    type: 'text/plain; version=0.0.4',
    body: [
      '# HELP http_requests_total Requests answered.',
      '# TYPE http_requests_total counter',
      `http_requests_total ${requests}`,
      '# HELP process_resident_memory_bytes Resident memory size in bytes.',
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${memoryUsage().rss}`,
      '# HELP process_uptime_seconds Seconds since the process started.',
      '# TYPE process_uptime_seconds gauge',
      `process_uptime_seconds ${uptime().toFixed(3)}`,
      '',
    ].join('\n'),
  }),
};

const server = createServer((request, response) => {
  requests += 1;
  const page = pages[new URL(request.url, 'http://web').pathname];
  if (!page) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
    return;
  }
  const { type, body } = page();
  response.writeHead(200, { 'content-type': type }).end(body);
});

server.listen(port, () => process.stdout.write(`Now listening on: http://[::]:${port} as ${userName()}\n`));
const { DOTNET_DiagnosticPorts: diagnosticPort } = process.env;
if (diagnosticPort) reportTo(diagnosticPort, () => requests);

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.close(() => process.exit(0)));
