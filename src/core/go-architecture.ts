/** An architecture as Go, and with it Kubernetes and OCI, names it: `amd64` for what Node.js calls `x64`. */
export function goArchitecture(nodeArch: string): string {
  return nodeArch === 'x64' ? 'amd64' : nodeArch;
}
