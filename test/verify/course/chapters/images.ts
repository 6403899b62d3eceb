import { all, anId, holds, lacks, prints, rows, says } from '../checks.ts';
import type { Chapter } from '../step.ts';

const on = 'docker-host';
const REGISTRY = 'localhost:5000';

/** Ch. 5 and 8: images, built in one stage and in two, and a registry of one's own. */
export const images: Chapter = {
  name: 'images',
  title: 'images and the registry (ch. 5, 8)',
  template: 'images',
  files: {
    'primeiro/Dockerfile':
      'FROM nginx\nLABEL app="Giropops"\nENV JEFERSON="LINDO"\nRUN echo "<h1>Oi</h1>" > /usr/share/nginx/html/index.html\nCOPY arquivo /arquivo\nVOLUME /dados\nEXPOSE 80\n',
    'primeiro/arquivo': 'do estudante\n',
    'estagios/Dockerfile':
      'FROM nginx AS construcao\nWORKDIR /app\nRUN echo "construido" > resultado\n\nFROM busybox\nCOPY --from=construcao /app/resultado /resultado\nENTRYPOINT ["cat", "/resultado"]\n',
  },
  steps: [
    {
      on,
      command: 'docker image build -t meu_nginx:1.0 .',
      folder: 'primeiro',
      check: says('Successfully tagged meu_nginx:1.0'),
    },
    { on, command: 'docker image ls', check: says(/^meu_nginx +1\.0 /m, /^nginx +latest /m) },
    {
      on,
      command: 'docker image inspect meu_nginx:1.0',
      check: holds({ '0.Config.Labels.app': 'Giropops', '0.RepoTags.0': 'meu_nginx:1.0' }),
    },
    {
      on,
      command: 'docker image history meu_nginx:1.0',
      check: says(/LABEL app=/, /JEFERSON=LINDO/, /VOLUME/),
    },
    { on, command: 'docker container run -d -p 8080:80 --name oi meu_nginx:1.0', check: anId },
    {
      command: `curl -s --max-time 5 "$(docker-machine ip ${on}):8080"`,
      withinSeconds: 10,
      check: prints('<h1>Oi</h1>'),
    },
    { on, command: 'docker container exec oi cat /arquivo', check: prints('do estudante') },
    { on, command: 'docker container exec oi env', check: says(/^JEFERSON=LINDO$/m) },
    {
      on,
      command: 'docker image build -t em_estagios:1.0 .',
      folder: 'estagios',
      check: says(/Step 4\/6 : FROM busybox/, 'Successfully tagged em_estagios:1.0'),
    },
    { on, command: 'docker container run --rm em_estagios:1.0', check: prints('construido') },
    {
      on,
      command: 'docker container run -d -p 5000:5000 --restart=always --name registry registry:2',
      check: anId,
    },
    { on, command: `docker image tag meu_nginx:1.0 ${REGISTRY}/meu_nginx:1.0`, check: prints('') },
    {
      on,
      command: `docker image push ${REGISTRY}/meu_nginx:1.0`,
      withinSeconds: 10,
      check: says(/1\.0: digest: sha256:[0-9a-f]{64}/),
    },
    {
      command: `curl -s --max-time 5 "$(docker-machine ip ${on}):5000/v2/_catalog"`,
      check: holds({ 'repositories.0': 'meu_nginx' }),
    },
    {
      on,
      command: `curl -s --max-time 5 "$(docker-machine ip ${on}):5000/v2/meu_nginx/tags/list"`,
      check: holds({ 'tags.0': '1.0' }),
    },
    { on, command: 'docker container rm -f oi', check: prints('oi') },
    {
      on,
      command: `docker image rm meu_nginx:1.0 ${REGISTRY}/meu_nginx:1.0`,
      check: says(`Untagged: ${REGISTRY}/meu_nginx:1.0`),
    },
    { on, command: 'docker image ls', check: lacks('meu_nginx') },
    {
      on,
      command: `docker image pull ${REGISTRY}/meu_nginx:1.0`,
      check: says('Status: Downloaded newer image'),
    },
    {
      on,
      command: `docker container run --rm ${REGISTRY}/meu_nginx:1.0 cat /arquivo`,
      check: prints('do estudante'),
    },
    { on, command: 'docker container rm -f -v registry', check: prints('registry') },
    { on, command: 'docker container ls', check: all(rows(0)) },
  ],
};
