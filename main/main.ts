/** The main process: wires sign-in, the engine, the window and the door between them. Each topic has its own file. */
import {
  app,
  clipboard,
  dialog,
  nativeTheme,
  net,
  powerMonitor,
  session,
  shell,
  type BrowserWindow,
} from 'electron';
import os from 'node:os';
import path from 'node:path';
import type { MainCalls } from '../preload/contract/api.ts';
import type { AuthState, Problem } from '../preload/contract/model.ts';
import { createAccountCalls } from './accounts.ts';
import { AuthError } from './auth/auth-error.ts';
import { createAuth, type Auth } from './auth/auth.ts';
import { systemClock } from './auth/clock.ts';
import { createKeychain } from './auth/keychain.ts';
import { createKeytarVault } from './auth/keytar-vault.ts';
import { createChromiumFetch } from './chromium-fetch.ts';
import { fetchConfig, loadConfig, saveConfig } from './config.ts';
import { createEngineHost } from './engine-host.ts';
import { createHostWatch, networkSignature } from './host-watch.ts';
import { openIpc } from './ipc.ts';
import { createAppLanguage } from './language.ts';
import { isAllowedUrl, issuerOf, type ClientConfig } from './lib/client-config.ts';
import type { EngineControl, EngineSession, HostCalls } from './lib/engine-protocol.ts';
import { createLog, errorCode } from './lib/log.ts';
import { ProblemError, problemOf, type Handlers } from './lib/rpc.ts';
import { createLimits } from './settings/limits.ts';
import { openSettings } from './settings/settings.ts';
import { registerSchemes, serveSchemes } from './protocols.ts';
import { createProxyLogins } from './proxy-logins.ts';
import { createSystemNetwork, knock } from './system-network.ts';
import { createWindow, refuseDictionaries, refusePermissions } from './window.ts';

registerSchemes();
app.on('session-created', refuseDictionaries);
const userDataOverride = process.env['TINTYPE_USER_DATA'];
if (userDataOverride !== undefined) app.setPath('userData', path.resolve(userDataOverride));

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    focusWindow();
  });
  void app.whenReady().then(run);
} else {
  app.quit();
}

/** What main tells the engine without waiting for an answer. */
type Told = 'engine.suspend' | 'engine.wake' | 'engine.refresh' | 'engine.limit';

let window: BrowserWindow | null = null;

function focusWindow(): void {
  if (window === null) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function run(): void {
  const userDataDir = app.getPath('userData');
  const log = createLog('main', path.join(userDataDir, 'logs', 'main.log'));
  const here = import.meta.dirname;
  const settings = openSettings(path.join(userDataDir, 'settings.json'), log);
  const language = createAppLanguage(
    {
      // Chromium's own switch, which it heeds on no Linux.
      forced: app.commandLine.getSwitchValue('lang') || process.env['TINTYPE_LANGUAGE'],
      choice: settings.get().language,
      system: app.getPreferredSystemLanguages(),
    },
    (locale) => {
      send('language.changed', locale);
    },
  );
  settings.onChange((now) => {
    nativeTheme.themeSource = now.theme;
    language.choose(now.language);
    send('settings.changed', now);
  });
  nativeTheme.themeSource = settings.get().theme;
  const keychain = createKeychain({ clock: systemClock });
  const proxyLogins = createProxyLogins({
    session: session.defaultSession,
    keychain,
    library: () => config?.apiUrl ?? null,
    onQuestion: (question) => {
      send('proxy.changed', question);
    },
    onAnswered: () => {
      auth?.onOnline();
      tellEngine('engine.refresh');
    },
    log,
  });
  const fetch = createChromiumFetch(proxyLogins);

  let config: ClientConfig | null = null;
  let configProblem: Problem | undefined;
  let auth: Auth | null = null;
  let engineOffline = false;

  const authState = (): AuthState =>
    auth?.state() ?? {
      kind: 'unconfigured',
      ...(configProblem === undefined ? {} : { problem: configProblem }),
    };

  const hostHandlers: Handlers<HostCalls> = {
    ...createSystemNetwork(session.defaultSession, fetch),
    'network.credentials': proxyLogins.credentials,
    'auth.token': async (options) => {
      try {
        if (auth === null) return { ok: false, refusal: 'sign_in_needed' };
        return { ok: true, token: await auth.accessToken(options) };
      } catch (error) {
        return { ok: false, refusal: error instanceof AuthError ? error.refusal : 'offline' };
      }
    },
  };
  const engine = createEngineHost({
    entry: path.join(here, 'engine.js'),
    userDataDir,
    handlers: hostHandlers,
    log,
    onQueueChanged: (summary) => {
      const offline = summary.paused === 'offline';
      // The engine probes for the network; sign-in need not wait for its own timer.
      if (engineOffline && !offline) auth?.onOnline();
      engineOffline = offline;
      send('queue.changed', summary);
    },
    onRunEnded: ({ id, queued, stored, duplicates, attention }) => {
      log('run.ended', { id, queued, stored, duplicates, attention });
    },
    onStarted: () => {
      limits.tellAnew();
      tellSession(authState(), true);
    },
    onStatus: (status) => {
      send('engine.changed', status);
    },
  });

  /** An engine that is down is told again when it is up, or need not know. */
  const tellEngine = <K extends Told>(name: K, ...args: Parameters<EngineControl[K]>): void => {
    engine.call(name, ...args).catch((error: unknown) => {
      log(name, { problem: problemOf(error).code });
    });
  };
  const limits = createLimits({
    settings,
    clock: systemClock,
    tell: (next) => {
      tellEngine('engine.limit', next);
    },
  });

  /** While somebody signs in, the queue stays as it was; an engine that has just started knows of none. */
  const tellSession = (state: AuthState, startedAnew = false): void => {
    if (config === null || (state.kind === 'signingIn' && !startedAnew)) return;
    const sub = auth?.session() ?? null;
    const next: EngineSession | null =
      sub === null ? null : { sub, apiUrl: config.apiUrl, expired: state.kind === 'expired' };
    engine.call('engine.session', next).catch((error: unknown) => {
      // An engine that is down gets the session when it is up again.
      log('engine.session', { problem: problemOf(error).code });
    });
  };

  const openExternal = async (url: string): Promise<void> => {
    const target = new URL(url);
    const allowed = config !== null && isAllowedUrl(url) && target.host === new URL(config.domain).host;
    if (!allowed)
      throw new ProblemError({ code: 'auth_misconfigured', detail: 'not the configured sign-in address' });
    await shell.openExternal(target.href);
  };

  const startAuth = async (ready: ClientConfig): Promise<void> => {
    config = ready;
    auth = createAuth({
      config: ready,
      vault: createKeytarVault({ issuer: issuerOf(ready), clientId: ready.clientId, keychain }),
      profileFile: path.join(userDataDir, 'profile.json'),
      openExternal,
      copyText: (text) => {
        // A promise in newer Electrons only; nobody waits for it.
        void clipboard.writeText(text);
      },
      focusApp: focusWindow,
      language: language.current,
      fetch,
      clock: systemClock,
      random: Math.random,
      log,
      onState: (state) => {
        tellSession(state);
        send('auth.changed', state);
      },
    });
    await auth.start();
  };

  const needAuth = (): Auth => {
    if (auth === null) throw new ProblemError({ code: 'config_missing' });
    return auth;
  };
  const mainHandlers: Handlers<MainCalls> = {
    'app.info': () => ({
      version: app.getVersion(),
      electron: process.versions.electron,
      platform: process.platform,
      configured: config !== null,
    }),
    'config.connect': async (address) => {
      if (auth !== null) throw new ProblemError({ code: 'bad_request', detail: 'connected already' });
      const fetched = await fetchConfig(address, fetch);
      saveConfig(fetched, userDataDir);
      configProblem = undefined;
      await startAuth(fetched);
      send('auth.changed', authState());
    },
    'auth.state': authState,
    'auth.openAgain': () => needAuth().openAgain(),
    'auth.copyLink': () => {
      needAuth().copyLink();
    },
    'auth.cancel': () => needAuth().cancel(),
    ...createAccountCalls({
      auth: needAuth,
      engine,
      beforeSignIn: () => {
        if (config !== null) void knock(fetch, config.domain);
      },
      log,
    }),
    'intake.choose': async (kind) => {
      if (window === null) return;
      const chosen = await dialog.showOpenDialog(window, {
        title: language.current().say(kind === 'files' ? 'dialog.choosePhotos' : 'dialog.chooseFolder'),
        properties: [kind === 'files' ? 'openFile' : 'openDirectory', 'multiSelections'],
      });
      if (!chosen.canceled) await engine.call('intake.add', chosen.filePaths);
    },
    'queue.locate': async (id, kind) => {
      if (window === null) return 0;
      const chosen = await dialog.showOpenDialog(window, {
        title: language.current().say(kind === 'file' ? 'dialog.locatePhoto' : 'dialog.locateFolder'),
        properties: [kind === 'file' ? 'openFile' : 'openDirectory'],
      });
      const [place] = chosen.filePaths;
      return chosen.canceled || place === undefined ? 0 : engine.call('queue.relocate', id, place);
    },
    'queue.reveal': async (id) => {
      shell.showItemInFolder(await engine.call('media.place', id));
    },
    'engine.status': engine.status,
    'settings.get': settings.get,
    'settings.change': settings.change,
    'proxy.question': proxyLogins.question,
    'proxy.answer': (user, password) => proxyLogins.answer({ user, password }),
  };
  const send = openIpc({
    handlers: mainHandlers,
    callEngine: engine.call,
    window: () => window?.webContents ?? null,
  });

  refusePermissions(session.defaultSession);
  serveSchemes(session.defaultSession, path.join(here, '../renderer'), (id) =>
    engine.call('media.thumbnail', id).catch((error: unknown) => {
      log('thumbnail.failed', { problem: problemOf(error).code });
      return null;
    }),
  );
  engine.start();
  window = createWindow(path.join(here, '../preload/preload.cjs'), () => language.current().locale);
  window.on('closed', () => {
    window = null;
  });

  const configArgument = process.argv.indexOf('--config');
  try {
    const loaded = loadConfig({
      named: configArgument > 0 ? process.argv[configArgument + 1] : process.env['TINTYPE_CONFIG'],
      userDataDir,
      resourcesDir: process.resourcesPath,
    });
    if (loaded !== null) {
      startAuth(loaded).catch((error: unknown) => {
        log('auth.start', { code: errorCode(error) });
      });
    }
  } catch (error) {
    configProblem = problemOf(error);
    log('config.refused', { code: configProblem.code, detail: configProblem.detail ?? '' });
  }

  const hostWatch = createHostWatch({
    clock: systemClock,
    network: () => networkSignature(os.networkInterfaces(), net.isOnline()),
    onSuspend: () => {
      tellEngine('engine.suspend');
    },
    onWake: () => {
      log('host.woke');
      limits.look();
      auth?.onResume();
      tellEngine('engine.wake');
    },
    onNetworkChange: () => {
      log('host.network_changed');
      auth?.onOnline();
      tellEngine('engine.refresh');
    },
  });
  powerMonitor.on('suspend', hostWatch.suspended);
  powerMonitor.on('resume', hostWatch.resumed);

  app.on('window-all-closed', () => {
    app.quit();
  });
  let quitting = false;
  app.on('before-quit', (event) => {
    if (quitting) return;
    quitting = true;
    event.preventDefault();
    hostWatch.stop();
    limits.stop();
    void Promise.allSettled([engine.stop(), auth?.stop(), settings.flush()]).then(() => {
      app.quit();
    });
  });
}
