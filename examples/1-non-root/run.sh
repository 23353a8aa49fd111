#!/bin/sh
# Non-root: what an image says, what a pod insists on, and what the kubelet answers.
cd "$(dirname "$0")" && . ../show.sh

# On this machine; the tests take others.
WEB_PORT=${WEB_PORT:-8080}
PROMETHEUS_PORT=${PROMETHEUS_PORT:-9090}

step 'A web app that may not be root: a Deployment and its Service'
show 'kubectl apply -f non-root.yaml'
show 'kubectl rollout status deployment/dotnet-non-root'
show 'kubectl get po'
show 'kubectl exec deployment/dotnet-non-root -- whoami'

step 'It says itself who it is, through its service'
kubectl port-forward service/dotnet-non-root "$WEB_PORT:8080" >/dev/null &
forward=$!
until_true "curl -sf http://localhost:$WEB_PORT/healthz"
show "curl -s http://localhost:$WEB_PORT/Environment"
kill "$forward"
wait "$forward" 2>/dev/null
show 'kubectl delete -f non-root.yaml'
until_true '! kubectl get po -l app=aspnetapp -o name | grep -q .'

step 'The same app in an image that says nothing of its user'
show 'kubectl apply -f root.yaml'
show 'kubectl rollout status deployment/dotnet-root'
show 'kubectl exec deployment/dotnet-root -- whoami'
show 'kubectl delete -f root.yaml'
until_true '! kubectl get po -l app=aspnetapp -o name | grep -q .'

step 'That image, and a pod that insists on non-root'
show 'kubectl apply -f root-refused.yaml'
until_true 'kubectl get po | grep -q CreateContainerConfigError'
show 'kubectl get po'
show 'kubectl describe po | grep Error'
show 'kubectl exec deployment/dotnet-root -- whoami'
show 'kubectl delete -f root-refused.yaml'

step 'A sidecar that watches the app over a unix socket, and a Prometheus that finds it by name'
show 'kubectl apply -f diagnostics.yaml -f prometheus.yaml'
show 'kubectl rollout status deployment/dotnet-monitor'
show 'kubectl rollout status deployment/prometheus'
show 'kubectl exec deployment/dotnet-monitor -c monitor -- ls -ln /diag'
kubectl port-forward service/prometheus "$PROMETHEUS_PORT:9090" >/dev/null &
forward=$!
query="http://localhost:$PROMETHEUS_PORT/api/v1/query"
until_true "curl -sf '$query?query=systemruntime_working_set_bytes' | grep -q uid"
show "curl -s '$query?query=up' | grep -o '\"value\".*[01]\"'"
show "curl -s '$query?query=aspnetcore_requests_total' | grep -o '\"uid\":\"[0-9]*\"'"
kill "$forward"
wait "$forward" 2>/dev/null
show 'kubectl get proofs'
show 'kubectl delete -f diagnostics.yaml -f prometheus.yaml'
