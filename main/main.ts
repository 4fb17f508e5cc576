/** The main process: wires sign-in, the engine, the window and the door between them. Each topic has its own file. */
import { app, clipboard, net, powerMonitor, session, shell } from 'electron';
import os from 'node:os';
import path from 'node:path';
import type { MainCalls } from '../preload/contract/api.ts';
import type { AuthState, Problem, WindowCommand } from '../preload/contract/model.ts';
import { createAboutCalls } from './about.ts';
import { createAccountCalls } from './accounts.ts';
import { AuthError } from './auth/auth-error.ts';
import { createAuth, type Auth } from './auth/auth.ts';
import { systemClock } from './auth/clock.ts';
import { createKeychain } from './auth/keychain.ts';
import { createKeytarVault } from './auth/keytar-vault.ts';
import { createChromiumFetch } from './chromium-fetch.ts';
import { fetchConfig, loadConfig, saveConfig } from './config.ts';
import type { Arguments } from './desktop/arguments.ts';
import { createCommands } from './desktop/commands.ts';
import { parseDeepLink } from './desktop/deep-link.ts';
import { createDesktop } from './desktop/desktop.ts';
import { isBusy } from './desktop/look.ts';
import { createOpenedFiles } from './desktop/opened-files.ts';
import { createQuitting } from './desktop/quitting.ts';
import { wasStartedAtLogin } from './desktop/start-at-login.ts';
import { createWindowKeeper } from './desktop/window-keeper.ts';
import { createDiagnosticCalls } from './diagnostic-calls.ts';
import { createEngineHost } from './engine-host.ts';
import { createFileDialogs } from './file-dialogs.ts';
import { createHostWatch, networkSignature } from './host-watch.ts';
import { openIpc } from './ipc.ts';
import { createAppLanguage } from './language.ts';
import { isAllowedUrl, issuerOf, type ClientConfig } from './lib/client-config.ts';
import type { EngineControl, EngineSession, HostCalls } from './lib/engine-protocol.ts';
import { createLog, errorCode } from './lib/log.ts';
import { ProblemError, problemOf, type Handlers } from './lib/rpc.ts';
import { createLimits } from './settings/limits.ts';
import { openSettings } from './settings/settings.ts';
import { createQueueFeed } from './queue-feed.ts';
import { registerSchemes, serveSchemes } from './protocols.ts';
import { createProxyLogins } from './proxy-logins.ts';
import { openStarts, type Starts } from './starts.ts';
import { createSystemNetwork, knock } from './system-network.ts';
import { createWindow, refuseDictionaries, refusePermissions } from './window.ts';

registerSchemes();
app.on('session-created', refuseDictionaries);
const userDataOverride = process.env['TINTYPE_USER_DATA'];
if (userDataOverride !== undefined) app.setPath('userData', path.resolve(userDataOverride));

// Windows ties notifications to it.
app.setAppUserModelId('example.tintype.desktop');
const opening = openStarts();
if (opening === null) app.quit();
else void app.whenReady().then(() => run(opening));

/** What main tells the engine without waiting for an answer. */
type Told =
  | 'engine.suspend'
  | 'engine.wake'
  | 'engine.refresh'
  | 'engine.limit'
  | 'engine.spareBattery'
  | 'queue.pause'
  | 'queue.resume';

function run(starts: Starts): void {
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
      desktop.refresh();
    },
  );
  settings.onChange((now) => {
    language.choose(now.language);
    send('settings.changed', now);
  });
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
  let uploading = false;
  let authSettled = false;
  let sessionTold = Promise.resolve();

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
  const feed = createQueueFeed((summary) => {
    send('queue.changed', summary);
  });
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
      uploading = isBusy(summary);
      feed.push(summary);
      desktop.onSummary(summary);
    },
    onRunEnded: (report) => {
      const { id, queued, stored, duplicates, attention } = report;
      log('run.ended', { id, queued, stored, duplicates, attention });
      desktop.onRun(report);
    },
    onStarted: () => {
      limits.tellAnew();
      tellEngine('engine.spareBattery', desktop.sparing());
      tellSession(authState(), true);
    },
    onStatus: (status) => {
      send('engine.changed', status);
      desktop.onEngine(status);
      opened.poke();
    },
  });

  /** An engine that is down is told again when it is up, or need not know. */
  const tellEngine = <K extends Told>(name: K, ...args: Parameters<EngineControl[K]>): void => {
    engine.call(name, ...args).catch((error: unknown) => {
      log(name, { problem: problemOf(error).code });
    });
  };
  const commands = createCommands(() => {
    send('app.commanded', null);
  });
  const show = (command: WindowCommand): void => {
    keeper.show();
    commands.add(command);
  };
  const opened = createOpenedFiles({
    auth: authState,
    authSettled: () => authSettled,
    engineRuns: () => ['running', 'restarted'].includes(engine.status().kind),
    // What is added belongs to whoever the engine has been told of.
    add: (files) => sessionTold.then(() => engine.call('intake.add', files)),
    tell: commands.add,
    onFailure: (error) => {
      log('opened.failed', { problem: problemOf(error).code });
    },
  });
  const quitting = createQuitting({
    keeper: () => keeper,
    settings,
    words: language.current,
    uploading: () => uploading,
    hasTray: () => desktop.hasTray(),
    stop: () => {
      hostWatch.stop();
      limits.stop();
      desktop.stop();
      return Promise.allSettled([engine.stop(), auth?.stop(), settings.flush(), keeper.flush()]);
    },
    onFailure: (error) => {
      log('quit.failed', { problem: problemOf(error).code });
    },
  });
  const keeper = createWindowKeeper({
    create: (state) => {
      const made = createWindow(
        path.join(here, '../preload/preload.cjs'),
        () => language.current().locale,
        state,
      );
      feed.follow(made);
      return made;
    },
    file: path.join(userDataDir, 'window.json'),
    onClose: quitting.onWindowClose,
    log,
  });
  const desktop = createDesktop({
    settings,
    words: language.current,
    keeper,
    clock: systemClock,
    auth: authState,
    choose: (kind) => {
      Promise.resolve(fileDialogs['intake.choose'](kind)).catch((error: unknown) => {
        log('choose.failed', { problem: problemOf(error).code });
      });
    },
    setPaused: (paused) => {
      tellEngine(paused ? 'queue.pause' : 'queue.resume');
    },
    show,
    onSparing: (sparing) => {
      tellEngine('engine.spareBattery', sparing);
    },
    onFailure: (error) => {
      log('desktop.failed', { problem: problemOf(error).code });
    },
    log,
  });
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
    sessionTold = engine.call('engine.session', next).catch((error: unknown) => {
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
      focusApp: keeper.show,
      language: language.current,
      fetch,
      clock: systemClock,
      random: Math.random,
      log,
      onState: (state) => {
        tellSession(state);
        send('auth.changed', state);
        desktop.refresh();
        opened.poke();
      },
    });
    await auth.start();
  };

  const needAuth = (): Auth => {
    if (auth === null) throw new ProblemError({ code: 'config_missing' });
    return auth;
  };
  const fileDialogs = createFileDialogs({ window: keeper.get, engine, words: language.current });
  const mainHandlers: Handlers<MainCalls> = {
    ...createAboutCalls({ userDataDir, outDir: path.join(here, '..'), configured: () => config !== null }),
    ...createDiagnosticCalls({
      window: keeper.get,
      words: language.current,
      userDataDir,
      settings: settings.get,
      config: () => config,
      auth: authState,
      engine,
    }),
    'app.commands': commands.take,
    'app.visible': feed.watched,
    'config.connect': async (address) => {
      const assertUnconnected = (): void => {
        if (auth !== null) throw new ProblemError({ code: 'bad_request', detail: 'connected already' });
      };
      assertUnconnected();
      const fetched = await fetchConfig(address, fetch);
      // Two may have been asked for at once, and two sign-ins would spend each other's tokens.
      assertUnconnected();
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
    ...fileDialogs,
    'engine.status': engine.status,
    'settings.get': settings.get,
    'settings.change': settings.change,
    'proxy.question': proxyLogins.question,
    'proxy.answer': (user, password) => proxyLogins.answer({ user, password }),
  };
  const send = openIpc({
    handlers: mainHandlers,
    callEngine: engine.call,
    window: () => keeper.get()?.webContents ?? null,
  });

  refusePermissions(session.defaultSession);
  serveSchemes(session.defaultSession, path.join(here, '../renderer'), (id) =>
    engine.call('media.thumbnail', id).catch((error: unknown) => {
      log('thumbnail.failed', { problem: problemOf(error).code });
      return null;
    }),
  );
  engine.start();
  keeper.prepare();
  if (!starts.first.hidden && !wasStartedAtLogin()) keeper.show();
  setImmediate(desktop.start);

  const settleAuth = (): void => {
    authSettled = true;
    opened.poke();
  };
  try {
    const loaded = loadConfig({
      named: starts.first.config ?? process.env['TINTYPE_CONFIG'],
      userDataDir,
      resourcesDir: process.resourcesPath,
    });
    if (loaded !== null) {
      startAuth(loaded)
        .catch((error: unknown) => {
          log('auth.start', { code: errorCode(error) });
        })
        .finally(settleAuth);
    } else settleAuth();
  } catch (error) {
    configProblem = problemOf(error);
    settleAuth();
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

  const act = (wanted: Arguments): void => {
    const { files, link, hidden } = wanted;
    if (quitting.ending()) return starts.again(wanted);
    if (!hidden) keeper.show();
    if (files.length > 0) opened.open(files);
    if (link !== null) follow(link);
  };
  const follow = (link: string): void => {
    const known = parseDeepLink(link);
    log('link.opened', { kind: known?.kind ?? null });
    if (known?.kind === 'settings') commands.add({ kind: 'settings', section: 'general' });
    else if (known?.kind === 'open' && known.filter !== null)
      commands.add({ kind: 'filter', filter: known.filter });
  };
  act({ ...starts.first, hidden: true });
  starts.onMore(act);
}
