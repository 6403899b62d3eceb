import { setImmediate as nextTurn } from 'node:timers/promises';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { aClassRequest, asInstructor } from '../../support/class-requests.ts';
import { createWorld } from '../../support/world.ts';

/** As much of a browser's element as the page uses. */
class Element {
  value = '';
  textContent = '';
  hidden = false;
  disabled = false;
  readonly #listeners = new Map<string, (event: object) => unknown>();

  addEventListener(name: string, listen: (event: object) => unknown): void {
    this.#listeners.set(name, listen);
  }

  async fire(name: string): Promise<void> {
    await this.#listeners.get(name)?.({ preventDefault: () => undefined });
    await nextTurn();
  }
}

async function openPage(world: ReturnType<typeof createWorld>, hash: string) {
  const { text } = await world.ask('GET', '/join', { as: undefined });
  const [, script = ''] = /<script>(.*)<\/script>/s.exec(text) ?? [];
  const ids = [...text.matchAll(/ id="(\w+)"/g)].map((match) => match[1] ?? '');
  const elements = new Map(ids.map((id) => [id, new Element()]));
  const posts: string[] = [];
  const at = (id: string) => {
    const found = elements.get(id);
    if (found === undefined) throw new Error(`the page has no element ${id}`);
    return found;
  };
  const fetch = async (path: string, init: RequestInit) => {
    posts.push(path);
    return await world.app.request(path, init);
  };
  const browser = {
    ...{ document: { getElementById: at }, location: { hash, origin: 'https://labs.example.org' } },
    ...{ fetch, addEventListener: () => undefined, Date, JSON, decodeURIComponent },
  };
  runInContext(script, createContext(browser));
  return { at, posts };
}

describe('the page of a join link', () => {
  test('takes the code from the link, posts it when asked to, and shows how to log in', async () => {
    const world = createWorld();
    const ask = asInstructor(world);
    await ask('POST', '', { json: aClassRequest() });
    const { code } = (await ask('POST', '/docker-2026/roster/links', { json: {} })).json.items[0];
    const { at, posts } = await openPage(world, `#${code}`);
    expect([at('code').value, posts]).toEqual([code, []]);
    await at('form').fire('submit');
    expect(posts).toEqual(['/v1/join']);
    expect(at('login').textContent).toMatch(/^slipway login https:\/\/labs\.example\.org --token ey[\w.-]+$/);
    expect([at('who').textContent, at('class').textContent]).toEqual(['ana@example.org', 'docker-2026']);
    expect([at('joined').hidden, at('form').hidden, at('problem').hidden]).toEqual([false, true, true]);
  });

  test('says in words why a code opens nothing, and lets another be tried', async () => {
    const { at } = await openPage(createWorld(), '#not-a-code');
    await at('form').fire('submit');
    expect(at('problem').textContent).toContain('ask your instructor for a new link');
    expect([at('problem').hidden, at('join').disabled, at('form').hidden]).toEqual([false, false, false]);
  });

  test('opens without a code, and with one that is no text', async () => {
    for (const hash of ['', '#%E0%A4%A'])
      expect((await openPage(createWorld(), hash)).at('code').value).toBe('');
  });
});
