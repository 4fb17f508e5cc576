import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSettings, type SettingsStore } from '../../../main/settings/settings.ts';
import { settingsShape } from '../../../preload/contract/schemas.ts';
import { defaultSettings } from '../../../preload/contract/settings.ts';
import { tempDir } from '../../support/temp-dir.ts';

function setUp(text?: string) {
  const file = path.join(tempDir(), 'data', 'settings.json');
  if (text !== undefined) {
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, text);
  }
  const events: string[] = [];
  const open = (): SettingsStore => openSettings(file, (event) => events.push(event));
  const written = (): unknown => JSON.parse(fs.readFileSync(file, 'utf8'));
  return { file, events, open, written };
}

describe('settings', () => {
  it('are the defaults at first, which the schema takes, and nothing is written', () => {
    const { file, open, events } = setUp();
    expect(open().get()).toEqual(defaultSettings);
    expect(fs.existsSync(file)).toBe(false);
    expect(events).toEqual([]);
    for (const [name, schema] of Object.entries(settingsShape))
      expect(schema.safeParse(defaultSettings[name as keyof typeof settingsShape]).success, name).toBe(true);
    expect(Object.keys(settingsShape).sort()).toEqual(Object.keys(defaultSettings).sort());
  });

  it('are kept, and tell of each change with what was before', async () => {
    const { open, written, file } = setUp();
    const settings = open();
    const heard: unknown[] = [];
    settings.onChange((now, before) => heard.push([before.theme, now.theme, settings.get().theme]));
    expect(await settings.change({ theme: 'dark' })).toEqual({ ...defaultSettings, theme: 'dark' });
    const timetable = [{ days: [1, 2], from: 60, to: 30, bytesPerSecond: null }];
    // Two at once: both are in the file, whichever is written first.
    await Promise.all([settings.change({ theme: 'light' }), settings.change({ transfers: 4, timetable })]);
    expect(heard).toEqual([
      ['system', 'dark', 'dark'],
      ['dark', 'light', 'light'],
      ['light', 'light', 'light'],
    ]);
    expect(open().get()).toEqual({ ...defaultSettings, theme: 'light', transfers: 4, timetable });
    // Only what was chosen: what the defaults are may change with a version.
    expect(written()).toEqual({ theme: 'light', transfers: 4, timetable });
    expect(fs.readdirSync(path.dirname(file))).toEqual(['settings.json']);
    expect(fs.statSync(file).mode & 0o077).toBe(0);
  });

  it.each([
    ['cut off', '{"theme":"da'],
    ['empty', ''],
    ['no object', '["dark"]'],
    ['binary', '\0\u0001\u0002'],
  ])('of a file that is %s are the defaults, and the file is put aside', async (_what, text) => {
    const { open, file, events, written } = setUp(text);
    const settings = open();
    expect(settings.get()).toEqual(defaultSettings);
    expect(events).toEqual(['settings.damaged']);
    expect(fs.readFileSync(`${file}.damaged`, 'utf8')).toBe(text);
    await settings.change({ theme: 'dark' });
    expect(written()).toEqual({ theme: 'dark' });
  });

  it('keep what another version wrote: unknown keys, and values that are not understood here', async () => {
    const theirs = {
      theme: 'sepia',
      language: 'fr',
      keepAwake: false,
      transfers: 99,
      darkroom: { red: true },
    };
    const { open, written } = setUp(JSON.stringify(theirs));
    const settings = open();
    expect(settings.get()).toEqual({ ...defaultSettings, keepAwake: false });
    await settings.change({ language: 'de' });
    expect(written()).toEqual({ ...theirs, language: 'de' });
  });

  it('do not take their prototype from the file', () => {
    const { open } = setUp('{"__proto__":{"theme":"dark"},"constructor":1}');
    expect(open().get()).toEqual(defaultSettings);
  });

  it('hold although they cannot be saved, which is said', async () => {
    const { file, open, events } = setUp();
    const settings = open();
    // Where the folder should be is a file.
    fs.writeFileSync(path.dirname(file), '');
    await expect(settings.change({ theme: 'dark' })).rejects.toMatchObject({
      problem: { code: 'settings_not_saved' },
    });
    expect(settings.get().theme).toBe('dark');
    await settings.flush();
    expect(events).toEqual(['settings.not_saved']);
    fs.rmSync(path.dirname(file));
    await settings.change({ keepInTray: true });
    expect(open().get()).toEqual({ ...defaultSettings, theme: 'dark', keepInTray: true });
  });
});
