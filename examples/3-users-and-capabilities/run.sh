#!/bin/sh
# Users and capabilities: what docker's flags do, and what the same is called in a manifest.
cd "$(dirname "$0")" && . ../show.sh

step 'A container as docker starts it: root, with fourteen capabilities'
show 'podproof run ubuntu -- id'
show 'podproof run ubuntu -- grep CapEff /proc/self/status'
show 'podproof run --user 1000 ubuntu -- id -u'
show 'podproof run --cap-add SYS_TIME ubuntu -- grep CapEff /proc/self/status'
show 'podproof run --cap-drop KILL ubuntu -- grep CapEff /proc/self/status'
show 'podproof run --privileged ubuntu -- grep CapEff /proc/self/status'

step 'One process, two numbers: inside it is 1, on the node it is somebody else'
show 'kubectl apply -f ubuntu-sleeper-1010.yaml'
show 'kubectl wait --for=condition=Ready pod/ubuntu-sleeper --timeout=60s'
show 'kubectl exec ubuntu-sleeper -- ps -o pid,user,args | head -n 2'
show 'ps -eo uid,args | grep "[s]leep 4800"'

step 'runAsUser: 1010'
show 'kubectl exec ubuntu-sleeper -- id -u'
show 'kubectl exec ubuntu-sleeper -- grep CapEff /proc/1/status'

step 'As root with SYS_TIME and NET_ADMIN. A pod cannot be changed so: it is replaced'
show 'kubectl apply -f ubuntu-sleeper-capabilities.yaml'
show 'kubectl replace --force -f ubuntu-sleeper-capabilities.yaml'
show 'kubectl wait --for=condition=Ready pod/ubuntu-sleeper --timeout=60s'
show 'kubectl exec ubuntu-sleeper -- whoami'
show 'kubectl exec ubuntu-sleeper -- grep CapEff /proc/1/status'
show 'kubectl exec ubuntu-sleeper -- ip addr add 192.0.2.1/32 dev lo && echo "NET_ADMIN works"'
show 'kubectl get proofs'

step 'The pod says 1001, one of its containers says 1002'
show 'kubectl apply -f pod-and-container.yaml'
show 'kubectl wait --for=condition=Ready pod/multi-pod --timeout=60s'
show 'kubectl exec multi-pod -c web -- id -u'
show 'kubectl exec multi-pod -c sidecar -- id -u'

step 'Capabilities of a pod: there is no such field'
show 'kubectl apply -f capabilities-of-a-pod.yaml'
show 'kubectl delete pod ubuntu-sleeper multi-pod'
