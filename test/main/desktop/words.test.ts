import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { createCommands } from '../../../main/desktop/commands.ts';
import { menuTemplate, trayTemplate } from '../../../main/desktop/menu.ts';
import { runWords } from '../../../main/desktop/run-words.ts';
import { createTranslator } from '../../../preload/language/translator.ts';

const english = createTranslator('en');
const german = createTranslator('de');
const run = { id: 1, startedAt: 0, endedAt: 1, queued: 0, bytes: 0 };
const actions = {
  choose: () => undefined,
  setPaused: () => undefined,
  show: () => undefined,
  quit: () => undefined,
  open: () => undefined,
};

describe('a run in words', () => {
  it('says what there was, and where to look', () => {
    expect(runWords({ ...run, stored: 1190, duplicates: 8, attention: 6, waiting: 0 }, english)).toEqual({
      title: 'Upload finished, some photos need attention',
      body: '1,190 uploaded, 8 were there already, 6 need attention',
      filter: 'attention',
    });
    expect(runWords({ ...run, stored: 1, duplicates: 0, attention: 0, waiting: 2 }, german)).toEqual({
      title: 'Hochladen beendet',
      body: '1 hochgeladen, 2 warten',
      filter: 'done',
    });
    expect(runWords({ ...run, stored: 0, duplicates: 1, attention: 0, waiting: 0 }, english).body).toBe(
      '1 was there already',
    );
  });
});

/** Every item, with those below it. */
function flat(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
}

describe('menus', () => {
  const state = { queueOpen: true, paused: false };

  it('of a Mac have what Macs have, where Macs have it', () => {
    const [first, ...others] = menuTemplate(english, 'darwin', state, actions);
    expect(first?.label).toBe('Tintype');
    const own = flat([first!]);
    expect(own.map(({ id }) => id).filter((id) => id !== undefined)).toEqual(['about', 'settings', 'quit']);
    expect(own.map(({ role }) => role)).toEqual(expect.arrayContaining(['services', 'hide', 'hideOthers']));
    expect(flat(others).some(({ id }) => id === 'settings' || id === 'quit')).toBe(false);
    expect(others.at(-1)?.role).toBe('windowMenu');
  });

  it.each(['linux', 'win32'] as const)('of %s have settings and the end under File', (platform) => {
    const menu = menuTemplate(english, platform, state, actions);
    const file = flat([menu[0]!]).map(({ id }) => id);
    expect(file).toEqual(expect.arrayContaining(['add-photos', 'add-folder', 'pause', 'settings', 'quit']));
    expect(flat(menu).filter(({ id }) => id === 'about')).toHaveLength(1);
  });

  it('give no key to two things, and nothing to reload the page or look into it', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      const items = flat(menuTemplate(german, platform, state, actions));
      const keys = items.flatMap(({ accelerator }) => (accelerator ? [accelerator] : []));
      expect(new Set(keys).size).toBe(keys.length);
      const roles = items.map(({ role }) => role);
      for (const role of ['reload', 'forceReload', 'toggleDevTools'] as const)
        expect(roles).not.toContain(role);
    }
  });

  it('say what they would do now', () => {
    const pause = (paused: boolean): string[] =>
      [
        menuTemplate(german, 'linux', { queueOpen: true, paused }, actions),
        trayTemplate(german, { queueOpen: true, paused }, actions),
      ].map((menu) => flat(menu).find(({ id }) => id === 'pause')?.label ?? '');
    expect(pause(false)).toEqual(['Hochladen anhalten', 'Hochladen anhalten']);
    expect(pause(true)).toEqual(['Hochladen fortsetzen', 'Hochladen fortsetzen']);
  });
});

describe('commands to the window', () => {
  it('wait until they are taken, and only the last of very many', () => {
    let hints = 0;
    const commands = createCommands(() => {
      hints += 1;
    });
    commands.add({ kind: 'find' });
    commands.add({ kind: 'select-all' });
    expect(commands.take()).toEqual([{ kind: 'find' }, { kind: 'select-all' }]);
    expect(commands.take()).toEqual([]);
    for (let index = 0; index < 50; index += 1) commands.add({ kind: 'find' });
    expect(commands.take()).toHaveLength(20);
    expect(hints).toBe(52);
  });
});
