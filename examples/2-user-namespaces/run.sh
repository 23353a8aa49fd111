#!/bin/sh
# User namespaces: hostUsers: false, seen from inside the pod and from the node.
cd "$(dirname "$0")" && . ../show.sh

step 'Two pods, one with hostUsers: false'
show 'kubectl apply -f userns.yaml -f host-users.yaml'
show 'kubectl wait --for=condition=Ready pod/userns pod/host-users --timeout=60s'

step 'Inside: the user namespace, and its ids'
show 'kubectl exec userns -- readlink /proc/self/ns/user'
show 'kubectl exec userns -- cat /proc/self/uid_map'
show 'kubectl exec userns -- id -u'

step 'On the node: another namespace, and ids as they are'
show 'readlink /proc/self/ns/user'
show 'cat /proc/self/uid_map'

step 'The processes of both pods as the node sees them: root here, somebody without rights there'
pid_of() {
  podproof prove "$1" -o json | sed -n 's/.*"hostPid": \([0-9]*\).*/\1/p' | head -n 1
}
show 'ps -o uid,cmd -p "$(pid_of userns)"'
show 'ps -o uid,cmd -p "$(pid_of host-users)"'
show 'kubectl get proofs'

step 'What the kernel says, field by field'
show 'podproof prove userns'

step 'Attached to the shell itself: exit ends it, and the kubelet starts the next one'
# As a person would type it: not before there is a prompt.
type_slowly() {
  sleep 1
  printf 'cat /proc/self/uid_map\n'
  sleep 0.5
  printf 'exit\n'
  sleep 0.5
}
type_slowly | show 'script -qec "kubectl attach -it userns" /dev/null'
until_true 'kubectl get pod userns -o jsonpath="{.status.containerStatuses[0].restartCount}" | grep -q 1'
show 'kubectl get pod userns'
show 'kubectl delete -f userns.yaml -f host-users.yaml'
