/**
 * What a person has chosen for this computer, in one file of the user-data folder.
 *
 * [Note: One truth for settings] main owns them. The engine is told of its part when it starts and with each change
 * (main/engine-settings.ts), the window asks and listens; neither keeps a copy that could disagree.
 *
 * [Note: Settings of other versions] The file may come from a newer Tintype, or be edited by hand. Keys that are not
 * known here stay as they are, and a value that is not understood counts as the default without being overwritten, until
 * somebody changes that very setting.
 */
import fs from 'node:fs';
import { defaultSettings, type Settings } from '../../preload/contract/settings.ts';
import { settingsShape } from '../../preload/contract/schemas.ts';
import { errorCode, type Log } from '../lib/log.ts';
import { replaceFile } from '../lib/replace-file.ts';
import { ProblemError } from '../lib/rpc.ts';

export interface SettingsStore {
  get(): Settings;
  /**
   * Takes effect at once; resolves when the file has it.
   *
   * @throws ProblemError `settings_not_saved`: they hold until Tintype ends.
   */
  change(changes: Partial<Settings>): Promise<Settings>;
  /** Hears of each change, with what was before. */
  onChange(listener: (now: Settings, before: Settings) => void): void;
  /** Resolves when everything that was changed is in the file, or could not be. */
  flush(): Promise<void>;
}

/**
 * Reads the file, which is small: the window's first paint needs what is in it. One that is damaged is put aside as
 * `<file>.damaged`, for whoever wants to see what became of it.
 */
export function openSettings(file: string, log: Log): SettingsStore {
  let kept = readKept(file, log);
  let settings = understand(kept);
  const listeners: ((now: Settings, before: Settings) => void)[] = [];
  let lane = Promise.resolve();

  const save = (): Promise<void> => {
    const turn = lane.then(() => replaceFile(file, `${JSON.stringify(kept, null, 2)}\n`));
    lane = turn.catch((error: unknown) => {
      log('settings.not_saved', { code: errorCode(error) });
    });
    return turn;
  };

  return {
    get: () => settings,
    change: async (changes) => {
      const before = settings;
      kept = { ...kept, ...changes };
      settings = { ...before, ...changes };
      for (const listener of listeners) listener(settings, before);
      try {
        await save();
      } catch (error) {
        throw new ProblemError({ code: 'settings_not_saved', detail: errorCode(error) });
      }
      return settings;
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
    flush: () => lane,
  };
}

type Kept = Readonly<Record<string, unknown>>;

function readKept(file: string, log: Log): Kept {
  try {
    const json: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
    log('settings.damaged', { code: 'not_an_object' });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return {};
    log('settings.damaged', { code });
  }
  try {
    fs.renameSync(file, `${file}.damaged`);
  } catch (error) {
    log('settings.not_put_aside', { code: errorCode(error) });
  }
  return {};
}

function understand(kept: Kept): Settings {
  const known = Object.entries(settingsShape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(kept[name]);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return { ...defaultSettings, ...(Object.fromEntries(known) as Partial<Settings>) };
}
