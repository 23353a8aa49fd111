import { check, describeImage } from 'podproof';

const report = await check({
  files: ['deploy'],
  // With its scheme: a stranger's manifest could name `oci:DIR`, and with it a file of this machine.
  images: { find: (reference) => describeImage(`docker://${reference}`) },
});

process.exitCode = report.summary.wouldNotStart > 0 ? 1 : 0;
