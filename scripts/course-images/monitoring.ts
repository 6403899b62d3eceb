import type { ImageRecipe } from '../debian-image.ts';
import { shellPackages } from './libraries.ts';

/** Of the original images. */
const nobody = { User: 'nobody' };

/** What Prometheus' pages are drawn with. */
const pagePackages = [
  ...[
    'fonts-glyphicons-halflings',
    'libjs-bootstrap4',
    'libjs-eonasdan-bootstrap-datetimepicker',
    'libjs-jquery',
  ],
  ...['libjs-jquery-hotkeys', 'libjs-moment', 'libjs-moment-timezone', 'libjs-mustache', 'libjs-popper.js'],
  ...['libjs-rickshaw', 'libjs-d3'],
];

/** Debian's, of 2023, under the tags of the catalogue: the flags, paths and files that the stacks use are the same. */
export const monitoringImages: ImageRecipe[] = [
  {
    reference: 'prom/prometheus:v3.13.0',
    packages: [...shellPackages, 'prometheus', ...pagePackages],
    // Half of the package, for who writes rules; the stacks' are checked by the tests.
    omit: [
      ...['usr/bin/promtool', 'etc/init.d', 'lib/systemd', 'usr/share/nodejs'],
      'usr/share/javascript/moment-timezone/data',
    ],
    folders: ['/prometheus'],
    owners: { '/prometheus': '65534:65534' },
    config: {
      ...nobody,
      Entrypoint: ['/usr/bin/prometheus'],
      Cmd: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
      ExposedPorts: { '9090/tcp': {} },
      Volumes: { '/prometheus': {} },
      WorkingDir: '/prometheus',
    },
  },
  {
    reference: 'prom/node-exporter:v1.11.1',
    packages: [...shellPackages, 'prometheus-node-exporter'],
    omit: ['etc/init.d', 'lib/systemd'],
    links: { '/bin/node_exporter': '/usr/bin/prometheus-node-exporter' },
    config: {
      ...nobody,
      Entrypoint: ['/usr/bin/prometheus-node-exporter'],
      ExposedPorts: { '9100/tcp': {} },
    },
  },
  {
    reference: 'prom/alertmanager:v0.28.1',
    packages: [...shellPackages, 'prometheus-alertmanager'],
    omit: ['usr/bin/amtool', 'etc/init.d', 'lib/systemd'],
    folders: ['/alertmanager', '/etc/alertmanager'],
    owners: { '/alertmanager': '65534:65534' },
    links: {
      '/bin/alertmanager': '/usr/bin/prometheus-alertmanager',
      '/etc/alertmanager/alertmanager.yml': '/etc/prometheus/alertmanager.yml',
    },
    config: {
      ...nobody,
      Entrypoint: ['/usr/bin/prometheus-alertmanager'],
      Cmd: ['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager'],
      ExposedPorts: { '9093/tcp': {} },
      Volumes: { '/alertmanager': {} },
      WorkingDir: '/alertmanager',
    },
  },
];
