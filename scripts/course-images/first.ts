import type { ImageRecipe } from '../debian-image.ts';

/** What the first lab and the demo run: made before anything else. */
export const firstImages: ImageRecipe[] = [
  {
    reference: 'busybox:latest',
    packages: ['busybox', 'libc6', 'libgcc-s1'],
    config: { Cmd: ['sh'] },
  },
  {
    reference: 'nginx:latest',
    packages: [
      ...['nginx', 'nginx-common', 'libc6', 'libgcc-s1', 'libcrypt1', 'libpcre2-8-0', 'libssl3', 'zlib1g'],
      ...['busybox', 'media-types'],
    ],
    users: ['nginx:x:101:101:nginx:/nonexistent:/bin/false'],
    folders: ['/var/log/nginx', '/var/lib/nginx', '/etc/nginx/conf.d'],
    files: [
      {
        path: '/etc/nginx/nginx.conf',
        content: `user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events {
  worker_connections 1024;
}
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  log_format main '$remote_addr - $remote_user [$time_local] "$request" '
                  '$status $body_bytes_sent "$http_referer" '
                  '"$http_user_agent" "$http_x_forwarded_for"';
  access_log /var/log/nginx/access.log main;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`,
      },
      {
        path: '/etc/nginx/conf.d/default.conf',
        content: `server {
  listen 80;
  server_name localhost;
  location / {
    root /usr/share/nginx/html;
    index index.html index.htm;
  }
  error_page 500 502 503 504 /50x.html;
  location = /50x.html {
    root /usr/share/nginx/html;
  }
}
`,
      },
      { path: '/docker-entrypoint.sh', mode: 0o755, content: '#!/bin/sh\nexec "$@"\n' },
    ],
    links: { '/var/log/nginx/access.log': '/dev/stdout', '/var/log/nginx/error.log': '/dev/stderr' },
    config: {
      Entrypoint: ['/docker-entrypoint.sh'],
      Cmd: ['nginx', '-g', 'daemon off;'],
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
    },
  },
  {
    reference: 'registry:2',
    packages: ['docker-registry', 'busybox', 'libc6', 'libgcc-s1'],
    folders: ['/var/lib/registry'],
    files: [
      {
        path: '/etc/docker/registry/config.yml',
        content: `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`,
      },
      {
        path: '/entrypoint.sh',
        mode: 0o755,
        content:
          '#!/bin/sh\nset -e\ncase "$1" in\n  *.yaml | *.yml) set -- registry serve "$@" ;;\n' +
          '  serve | garbage-collect | help | -*) set -- registry "$@" ;;\nesac\nexec "$@"\n',
      },
    ],
    links: { '/bin/registry': '/usr/bin/docker-registry' },
    config: {
      Entrypoint: ['/entrypoint.sh'],
      Cmd: ['/etc/docker/registry/config.yml'],
      ExposedPorts: { '5000/tcp': {} },
      Volumes: { '/var/lib/registry': {} },
    },
  },
];
