/** The Kubernetes version whose behaviour is predicted and whose texts are spoken. */
export const KUBERNETES_VERSION = '1.36';
