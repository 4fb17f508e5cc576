/** The window's calls for somebody who needs help: details to the clipboard, a diagnosis to a file. */
import { app, clipboard, type BrowserWindow } from 'electron';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { MainCalls } from '../preload/contract/api.ts';
import type { AuthState } from '../preload/contract/model.ts';
import type { Settings } from '../preload/contract/settings.ts';
import type { Translator } from '../preload/language/translator.ts';
import { diagnosisText } from './diagnosis.ts';
import type { EngineHost } from './engine-host.ts';
import { saveAs } from './file-dialogs.ts';
import type { ClientConfig } from './lib/client-config.ts';
import type { Handlers } from './lib/rpc.ts';

export interface DiagnosticDeps {
  window: () => BrowserWindow | null;
  words: () => Translator;
  userDataDir: string;
  settings: () => Settings;
  config: () => ClientConfig | null;
  auth: () => AuthState;
  engine: Pick<EngineHost, 'call' | 'status'>;
}

type DiagnosticCalls = Pick<MainCalls, 'app.copyText' | 'app.saveDiagnostics'>;

export function createDiagnosticCalls(deps: DiagnosticDeps): Handlers<DiagnosticCalls> {
  return {
    'app.copyText': (text) => {
      // A promise in newer Electrons only; nobody waits for it.
      void clipboard.writeText(text);
    },
    'app.saveDiagnostics': () => {
      const now = new Date();
      const options = {
        title: deps.words().say('dialog.saveDiagnostics'),
        defaultPath: path.join(
          app.getPath('documents'),
          `tintype-diagnostics-${now.toISOString().slice(0, 10)}.json`,
        ),
      };
      return saveAs(deps.window, options, async (file) => {
        const text = await diagnosisText({
          app: appFacts(),
          userDataDir: deps.userDataDir,
          home: os.homedir(),
          login: os.userInfo().username,
          host: os.hostname(),
          settings: deps.settings(),
          config: deps.config(),
          auth: deps.auth(),
          engineStatus: deps.engine.status(),
          engine: () => deps.engine.call('engine.diagnose'),
          now,
        });
        await fs.writeFile(file, text, { mode: 0o600 });
      });
    },
  };
}

function appFacts(): Record<string, string | number | boolean> {
  const { electron, chrome, node } = process.versions;
  return {
    version: app.getVersion(),
    packaged: app.isPackaged,
    electron,
    chrome,
    node,
    platform: process.platform,
    arch: process.arch,
    system: `${os.type()} ${os.release()}`,
    locale: app.getLocale(),
    memoryBytes: os.totalmem(),
    processors: os.cpus().length,
    upForSeconds: Math.round(process.uptime()),
  };
}
