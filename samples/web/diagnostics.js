// What .NET's runtime does when DOTNET_DiagnosticPorts names a socket: it connects, again and again until somebody
// listens there, and reports itself. Here a line of JSON every second.
import { createConnection } from 'node:net';
import { memoryUsage, pid, uptime } from 'node:process';

const REPORT_MS = 1000;
const RETRY_MS = 500;

/** Reports to the socket for as long as the process lives. `requests` answers how many requests there were. */
export function reportTo(path, requests) {
  const socket = createConnection(path);
  let timer;
  socket.on('connect', () => {
    socket.write(reportOf(requests()));
    timer = setInterval(() => socket.write(reportOf(requests())), REPORT_MS);
  });
  // An error is followed by a close.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearInterval(timer);
    setTimeout(reportTo, RETRY_MS, path, requests);
  });
}

function reportOf(requests) {
  const { rss } = memoryUsage();
  return `${JSON.stringify({ pid, uid: process.getuid(), requests, rss, uptime: uptime() })}\n`;
}
