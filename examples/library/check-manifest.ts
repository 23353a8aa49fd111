import { checkManifest, findingsOf } from 'podproof';

const report = checkManifest(
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'web:1.4' }] },
  },
  { level: 'baseline', images: { web: { User: '1654' } } },
);

const [pod] = report.workloads;
const [container] = pod?.containers ?? [];
console.log(pod?.admission.allowed); // true
console.log(container?.start.ok); // true
console.log(container?.confinement['user']); // { value: { uid: 1654, ... }, from: 'image USER 1654' }

for (const { class: kind, rule, message } of findingsOf(report)) console.log(`${kind} ${rule}: ${message}`);
