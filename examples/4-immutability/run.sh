#!/bin/sh
# Immutability: a root file system that nobody can write, and what still gets around it.
cd "$(dirname "$0")" && . ../show.sh

PORT=${PORT:-8080}

step 'nginx with readOnlyRootFilesystem: it crashes, and its log says why'
show 'kubectl apply -f nginx-read-only.yaml'
until_true 'kubectl get pod nginx | grep -q -e Error -e CrashLoopBackOff'
show 'kubectl logs nginx | grep -i "read-only"'
show 'kubectl delete -f nginx-read-only.yaml'

step 'With volumes on its two directories it serves'
show 'kubectl apply -f nginx-volumes.yaml'
show 'kubectl wait --for=condition=Ready pod/nginx --timeout=60s'
kubectl port-forward pod/nginx "$PORT:80" >/dev/null &
forward=$!
until_true "curl -sf http://localhost:$PORT/"
show "curl -s http://localhost:$PORT/"
kill "$forward"
wait "$forward" 2>/dev/null

step 'Nobody puts a file into it: the kernel refuses'
show 'kubectl cp run.sh nginx:/usr/share/nginx/html/run.sh'
show 'kubectl exec nginx -- touch /usr/share/nginx/html/index.html'
show 'kubectl exec nginx -- touch /run/this-is-a-volume && echo "the volumes can be written"'
show 'podproof drift nginx'
show 'kubectl delete -f nginx-volumes.yaml'

step 'Privileged on top: the container cannot write its own files, but those of the node'
swappiness=$(cat /proc/sys/vm/swappiness)
trap 'echo "$swappiness" >/proc/sys/vm/swappiness' EXIT
show 'kubectl apply -f nginx-privileged.yaml'
show 'kubectl wait --for=condition=Ready pod/nginx --timeout=60s'
show 'kubectl exec nginx -- touch /etc/nginx/nginx.conf'
show "kubectl exec nginx -- sh -c 'echo 75 > /proc/sys/vm/swappiness'"
show 'cat /proc/sys/vm/swappiness'
show "echo $swappiness > /proc/sys/vm/swappiness"
show 'kubectl delete -f nginx-privileged.yaml'

step 'A namespace that takes none of it, and says what it wants'
show 'kubectl apply -f restricted-namespace.yaml'
show 'kubectl apply -n strict -f nginx-privileged.yaml'
show 'kubectl apply -n strict -f nginx-volumes.yaml'
show 'kubectl delete -f restricted-namespace.yaml'
