// Run by spare-network.test.ts as a process to be killed: keeps a network ready.
import { openSpareNetwork } from '../../src/runtime/spare-network.ts';

const [, , root = ''] = process.argv;
openSpareNetwork({ root, profile: 'containerd' });
setInterval(() => {}, 1000);
