import { createHash } from 'node:crypto';

const STYLE = `:root{color-scheme:light dark}body{font:18px/1.5 system-ui,sans-serif;margin:0}
main{max-width:44rem;margin:0 auto;padding:1rem}input,button{font:inherit;padding:.4rem .7rem}
input{width:100%;box-sizing:border-box;font-family:ui-monospace,monospace;margin:.2rem 0 .8rem}
pre{overflow:auto;padding:.7rem;background:#8882;white-space:pre-wrap;word-break:break-all}
#problem{color:#c0392b}[hidden]{display:none}`;

/** The code follows the link's #, so it is sent to nobody but by this page, and is in no server's log. */
const SCRIPT = `'use strict';
const at = (id) => document.getElementById(id);
const form = at('form'), field = at('code'), button = at('join');
const fromLink = () => { try { return decodeURIComponent(location.hash.slice(1)); } catch { return ''; } };
const takeLink = () => { const code = fromLink(); if (code !== '') field.value = code; };
takeLink();
addEventListener('hashchange', takeLink);
const tell = (words) => { at('problem').textContent = words; at('problem').hidden = words === ''; };
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  tell('');
  try {
    const answer = await fetch('/v1/join', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ code: field.value.trim() }),
    });
    const body = await answer.json();
    if (!answer.ok) return tell(body.detail || 'It did not work; try again in a moment.');
    at('who').textContent = body.subject;
    at('class').textContent = body.class;
    at('until').textContent = new Date(body.expiresAt).toLocaleString();
    at('login').textContent = 'slipway login ' + location.origin + ' --token ' + body.token;
    at('note').textContent = body.note || '';
    at('note').hidden = !body.note;
    at('joined').hidden = false;
    form.hidden = true;
  } catch {
    tell('The server cannot be reached; try again in a moment.');
  } finally {
    button.disabled = false;
  }
});
at('copy').addEventListener('click', async () => {
  try {
    await navigator.clipboard.writeText(at('login').textContent);
    at('copy').textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(at('login'));
  }
});`;

/** It asks before it posts: whoever looks at a mail's links for viruses must not become the one whom the lab lets in. */
export const JOIN_PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>Join a class</title><style>${STYLE}</style></head><body><main><h1>Join your class</h1>
<form id="form"><label for="code">Your code, from the link that you were given</label>
<input id="code" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100" required>
<button id="join">Join from here</button>
<p>The network that you are on now becomes the one that may reach your lab. From another one, open the link again.</p></form>
<p id="problem" role="alert" hidden></p>
<section id="joined" hidden><p>You are <b id="who"></b> in class <b id="class"></b>, until <span id="until"></span>.
Type this where you have the slipway command; it is yours alone:</p><pre id="login"></pre>
<button id="copy" type="button">Copy</button><p id="note"></p>
<p>When it has run out, open your link again.</p></section>
<noscript><p>This page needs JavaScript. Without it: <code>curl --json '{"code":"…"}'</code> to <code>/v1/join</code> of this server.</p></noscript>
</main><script>${SCRIPT}</script></body></html>`;

/** Nothing runs but what is above, and it talks to this server alone. */
export const JOIN_PAGE_POLICY = [
  "default-src 'none'",
  `script-src '${hashOf(SCRIPT)}'`,
  `style-src '${hashOf(STYLE)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
