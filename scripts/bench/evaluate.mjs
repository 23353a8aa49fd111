// @ts-check
// Evaluation of the Pod Security Standards alone, on one thread: no reading, no decoding, no printing.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../setup.mjs';

const PODS = 1000;
const MIN_MS = 1000;
const WANTED = 300_000;

/** Pods a second, of small pods at the restricted level: half of them are denied, by one to four checks. */
export async function benchEvaluate() {
  const { evaluatePod } = await import(pathToFileURL(join(ROOT, 'dist', 'index.js')).href);
  const pods = Array.from({ length: PODS }, (_, index) => smallPod(index));
  let denied = 0;
  const evaluateAll = () => {
    denied = 0;
    for (const { metadata, spec } of pods)
      if (!evaluatePod('restricted', 'latest', metadata, spec).allowed) denied += 1;
  };
  for (let round = 0; round < 50; round += 1) evaluateAll();
  const started = performance.now();
  let rounds = 0;
  while (performance.now() - started < MIN_MS) {
    evaluateAll();
    rounds += 1;
  }
  const perSecond = (rounds * PODS * 1000) / (performance.now() - started);
  process.stdout.write(
    `evaluation alone: ${Math.round(perSecond / 1000)},000 pods a second on one thread, ` +
      `${denied} of ${PODS} denied (over ${WANTED / 1000},000)\n`,
  );
  return perSecond;
}

/** Made by way of JSON, as decoded pods are: objects of many shapes. @param {number} index */
function smallPod(index) {
  const isHardened = index % 2 === 0;
  const container = {
    name: 'c',
    image: `registry.example.com/web:${index}`,
    ...(index % 3 === 0 && { ports: [{ containerPort: 8080, name: 'http' }] }),
    ...(index % 5 === 0 && { livenessProbe: { httpGet: { path: '/healthz', port: 8080 } } }),
    ...(isHardened && {
      securityContext: {
        runAsUser: 1000 + index,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      },
    }),
    ...(index % 4 === 1 && { securityContext: { allowPrivilegeEscalation: true, runAsNonRoot: true } }),
  };
  const spec = {
    ...(index % 4 !== 3 && {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    }),
    ...(index % 7 === 0 && { initContainers: [{ ...container, name: 'init' }] }),
    containers: [container],
    ...(index % 6 === 0 && {
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'config', configMap: { name: 'config' } },
      ],
    }),
  };
  const metadata = { name: `web-${index}`, labels: { app: 'web' }, annotations: { team: 'a' } };
  return JSON.parse(JSON.stringify({ metadata, spec }));
}
