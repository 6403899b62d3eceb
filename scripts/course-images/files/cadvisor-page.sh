#!/bin/sh
. /stand-in/lib.sh
read_request
case "$TARGET" in
  /healthz) answer '200 OK' text/plain ok ;;
  /metrics)
    memory=$(awk '/^MemTotal/ { print $2 * 1024 }' /proc/meminfo)
    answer '200 OK' 'text/plain; version=0.0.4' "# TYPE cadvisor_version_info gauge
cadvisor_version_info{cadvisorVersion=\"stand-in\"} 1
# TYPE machine_cpu_cores gauge
machine_cpu_cores $(nproc)
# TYPE machine_memory_bytes gauge
machine_memory_bytes $memory"
    ;;
  *) page cAdvisor cadvisor '<p><a href=/metrics>metrics</a></p>' ;;
esac
