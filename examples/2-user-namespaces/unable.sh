#!/bin/sh
# A node that cannot do user namespaces: what its kubelet says. Needs a node that was started so: podproof up --no-userns
cd "$(dirname "$0")" && . ../show.sh

step 'hostUsers: false on a node without user namespaces'
show 'kubectl apply -f userns.yaml'
until_true 'kubectl get events | grep -q userns.*Failed'
until_true 'kubectl get pod userns | grep -q ContainerCreating'
show 'kubectl get pod userns'
show 'kubectl events --for pod/userns --types=Warning'
show 'kubectl delete -f userns.yaml'
